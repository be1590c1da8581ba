import { useWords } from './panel-context.ts';

/** Where messages will be, while the store is asked. */
export function Skeleton() {
  const words = useWords();
  return (
    <div class="skeleton" role="status" aria-label={words.text('loading')}>
      {['them wide', 'them', 'me', 'me wide', 'them narrow', 'them wide', 'me narrow'].map((shape, index) => (
        <span key={index} class={shape} />
      ))}
    </div>
  );
}
