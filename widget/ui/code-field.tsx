import { useId, useState } from 'preact/hooks';

interface CodeFieldProps {
  readonly label: string;
  readonly action: string;
  readonly isBusy?: boolean;
  onCode(text: string): void;
}

/** Where somebody else's code is pasted. */
export function CodeField({ label, action, isBusy = false, onCode }: CodeFieldProps) {
  const id = useId();
  const [text, setText] = useState('');
  return (
    <form
      class="code-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() && !isBusy) onCode(text);
      }}
    >
      <label class="field-label" for={id}>
        {label}
      </label>
      <textarea
        id={id}
        class="code"
        dir="ltr"
        rows={4}
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="primary" disabled={!text.trim() || isBusy}>
        {action}
      </button>
    </form>
  );
}
