import { NameForm } from './name-form.tsx';
import { useWords } from './panel-context.ts';

interface LeftProps {
  readonly title: string;
  /** The name they had; absent where it was not kept. */
  readonly name: string | undefined;
  onJoin(name: string): void;
}

/** After leaving: nothing is lost, and one button leads back. */
export function Left({ title, name, onJoin }: LeftProps) {
  const words = useWords();
  const heading = words.text('leftTitle', { room: title });
  const lead = words.text('leftLead');
  if (name === undefined)
    return <NameForm title={heading} lead={lead} action={words.text('rejoin')} initial="" onName={onJoin} />;
  return (
    <div class="page">
      <h3 class="page-title">{heading}</h3>
      <p class="hint">{lead}</p>
      <div class="page-actions">
        <button type="button" class="primary" onClick={() => onJoin(name)}>
          {words.text('rejoin')}
        </button>
      </div>
    </div>
  );
}
