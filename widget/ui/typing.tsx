import type { Author } from '../../protocol/frames.ts';
import { useFullWords } from './full-words.ts';

const LONGEST = 20;

/** A long name would push "is typing" out of the row. */
function shorten(name: string): string {
  const letters = [...name];
  return letters.length > LONGEST
    ? `${letters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`
    : name;
}

/** Who is writing. */
export function Typing({ authors }: { authors: readonly Author[] }) {
  const words = useFullWords();
  const names = authors.map(({ name }) => shorten(name));
  const sentence =
    names.length > 2 ? words.text('typingMany') : words.plural('typing', names.length, { names: words.list(names) });
  return (
    <>
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="typing-text">{sentence}</span>
    </>
  );
}
