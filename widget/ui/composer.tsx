import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { LIMITS } from '../../protocol/limits.ts';
import type { Room } from '../runtime/room.ts';
import { ICONS, Icon } from './icons.tsx';
import { useExtras, useWords } from './panel-context.ts';

/** Enter sends, Shift+Enter breaks the line, and an Enter that ends an IME composition does neither. */
export function Composer({ room }: { room: Room }) {
  const words = useWords();
  const extras = useExtras();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => room.draft());
  const isBlank = text.trim() === '';
  useLayoutEffect(() => resize(field.current), [text]);
  const write = (next: string) => {
    setText(next);
    room.setDraft(next);
  };
  const send = () => {
    if (isBlank) return;
    room.send(text);
    write('');
    field.current?.focus();
  };
  return (
    <form
      class="composer"
      part="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="composer-box">
        <textarea
          ref={field}
          class="composer-field"
          rows={1}
          dir={text ? 'auto' : undefined}
          maxLength={LIMITS.textLength}
          aria-label={words.text('message')}
          placeholder={words.text('message')}
          enterkeyhint="send"
          value={text}
          onInput={(event) => {
            write(event.currentTarget.value);
            room.typing();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
            event.preventDefault();
            send();
          }}
        />
        <button type="submit" class="send" part="send" aria-label={words.text('send')} hidden={isBlank}>
          <Icon path={ICONS.send} size={20} />
        </button>
      </div>
      {extras && <extras.Counter left={LIMITS.textLength - text.length} />}
    </form>
  );
}

/** Safari ends the composition before the key event, which it then marks with the key code 229 (UI Events, 7.3). */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Grows with its text; the sheet's `max-height` ends it at five lines. */
function resize(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
