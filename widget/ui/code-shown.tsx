import { useId, useRef, useState } from 'preact/hooks';
import type { CodeKind } from '../../protocol/codes.ts';
import { linkTo } from './code-link.ts';
import { useFullWords } from './full-words.ts';

interface CodeShownProps {
  readonly kind: CodeKind;
  readonly label: string;
  readonly code: string;
}

/** A code to be given to somebody, alone or as a link to this page. */
export function CodeShown({ kind, label, code }: CodeShownProps) {
  const words = useFullWords();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<string>();
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(text);
    } catch {
      // No permission: what is shown can be copied by hand.
      if (field.current) field.current.value = text;
      field.current?.select();
    }
  };
  const link = linkTo(kind, code);
  const button = (text: string, key: 'copyCode' | 'copyLink', look: string) => (
    <button type="button" class={look} onClick={() => void copy(text)} data-next={key === 'copyCode'}>
      {words.text(copied === text ? 'copied' : key)}
    </button>
  );
  return (
    <div class="code-form">
      <label class="field-label" for={id}>
        {label}
      </label>
      <textarea id={id} ref={field} class="code" dir="ltr" rows={5} readOnly value={code} />
      <div class="code-actions">
        {button(code, 'copyCode', 'primary')}
        {button(link, 'copyLink', 'secondary')}
      </div>
    </div>
  );
}
