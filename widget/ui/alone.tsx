import { useFullWords } from './full-words.ts';

/** Says how somebody comes into a room without a relay, while nobody is linked. */
export function Alone({ onInvite }: { onInvite(): void }) {
  const words = useFullWords();
  return (
    <div class="alone">
      <p>{words.text('aloneTitle')}</p>
      <button type="button" class="primary" onClick={onInvite}>
        {words.text('invite')}
      </button>
    </div>
  );
}
