import { useLayoutEffect, useRef } from 'preact/hooks';
import { LIMITS } from '../../protocol/limits.ts';
import { useWords } from './panel-context.ts';

/** Where a message gets another text. Enter saves and Escape leaves it (message-actions.tsx hears both). */
export function Editor({ text }: { text: string }) {
  const words = useWords();
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (!field.current) return;
    grow(field.current);
    field.current.focus();
    field.current.setSelectionRange(text.length, text.length);
  }, []);
  return (
    <form class="editor" dir={words.dir}>
      <textarea
        ref={field}
        name="text"
        class="editor-field"
        dir="auto"
        rows={1}
        maxLength={LIMITS.textLength}
        aria-label={words.text('editing')}
        enterkeyhint="done"
        defaultValue={text}
        onInput={(event) => grow(event.currentTarget)}
      />
      <div class="editor-actions">
        <button type="button" class="text-button" data-act="cancel">
          {words.text('cancel')}
        </button>
        <button type="submit" class="primary">
          {words.text('save')}
        </button>
      </div>
    </form>
  );
}

/** Grows with its text; the sheet's `max-height` ends it. */
function grow(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
