import { useFullWords } from './full-words.ts';
import { keyText } from './key-text.ts';

/** Letters of a key that stand beside a name: enough to tell two apart who did not mean to look the same. */
const SHORT = 9;

/** Beside a name that is nobody's word but its holder's. */
export function Unverified({ user }: { readonly user: string }) {
  const words = useFullWords();
  return (
    <span class="unverified">
      <span class="key">{keyText(user).slice(0, SHORT)}</span> {words.text('unverified')}
    </span>
  );
}

/** The whole key, to be compared by another way than this chat. */
export function Fingerprint({ user }: { readonly user: string }) {
  const words = useFullWords();
  return (
    <span class="fingerprint">
      <span class="unverified">{words.text('unverified')}</span>
      <span class="key" dir="ltr">
        {keyText(user)}
      </span>
    </span>
  );
}
