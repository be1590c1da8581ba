import type { Author } from '../../protocol/frames.ts';
import { Avatar } from './avatar.tsx';
import { useFullWords } from './full-words.ts';

/** Faces shown of those who have read up to a message. */
const FACES = 4;

/** Who has read up to here: their faces, and their names for who can't tell them by those. */
export function SeenBy({ readers }: { readers: readonly Author[] }) {
  const words = useFullWords();
  const more = readers.length - FACES;
  const names = words.text('seenBy', { names: words.list(readers.map(({ name }) => name)) });
  return (
    <span class="seen" role="img" aria-label={names} title={names}>
      <span class="faces">
        {readers.slice(0, FACES).map((reader) => (
          <Avatar key={reader.user} author={reader} size="small" />
        ))}
      </span>
      {more > 0 && <span aria-hidden="true">+{words.count(more)}</span>}
    </span>
  );
}
