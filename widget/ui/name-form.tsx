import { useState } from 'preact/hooks';
import { LIMITS } from '../../protocol/limits.ts';
import { cleanName } from '../../protocol/names.ts';
import { ICONS, Icon } from './icons.tsx';
import { initialsOf } from './identity.ts';
import { useWords } from './panel-context.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

interface NameFormProps {
  readonly title: string;
  readonly lead: string;
  readonly action: string;
  readonly initial: string;
  onName(name: string): void;
  onCancel?: (() => void) | undefined;
}

/** Asks for the one thing it takes to join: a name. */
export function NameForm({ title, lead, action, initial, onName, onCancel }: NameFormProps) {
  const words = useWords();
  const [text, setText] = useState(initial);
  const name = cleanName(text);
  return (
    <form
      class="page"
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== undefined) onName(name);
      }}
    >
      <span class="mark" aria-hidden="true">
        {name === undefined ? <Icon path={ICONS.bubble} size={28} /> : initialsOf(name, graphemes)}
      </span>
      <h3 class="page-title">{title}</h3>
      <p class="hint">{lead}</p>
      <label class="field">
        <span class="field-label">{words.text('yourName')}</span>
        <input
          type="text"
          dir={text ? 'auto' : undefined}
          required
          maxLength={LIMITS.nameLength}
          autocomplete="nickname"
          enterkeyhint="go"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <div class="page-actions">
        <button type="submit" class="primary" disabled={name === undefined}>
          {action}
        </button>
        {onCancel && (
          <button type="button" class="secondary" onClick={onCancel}>
            {words.text('cancel')}
          </button>
        )}
      </div>
    </form>
  );
}
