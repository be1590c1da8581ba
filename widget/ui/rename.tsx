import { useLayoutEffect, useRef } from 'preact/hooks';
import { NameForm } from './name-form.tsx';
import { useWords } from './panel-context.ts';

interface RenameProps {
  readonly name: string;
  onName(name: string): void;
  onBack(): void;
}

/** Another name for someone who is in the room already. */
export function Rename({ name, onName, onBack }: RenameProps) {
  const words = useWords();
  const pane = useRef<HTMLElement>(null);
  useLayoutEffect(() => pane.current?.querySelector('input')?.select(), []);
  return (
    <section ref={pane} class="pane" aria-label={words.text('rename')}>
      <NameForm
        title={words.text('rename')}
        lead={words.text('joinLead')}
        action={words.text('save')}
        initial={name}
        onCancel={onBack}
        onName={(next) => {
          onName(next);
          onBack();
        }}
      />
    </section>
  );
}
