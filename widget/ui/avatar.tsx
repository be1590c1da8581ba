import type { Author } from '../../protocol/frames.ts';
import { initialsOf, tintOf } from './identity.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A small one has room for one letter. */
function firstOf(name: string): string {
  return [...graphemes.segment(initialsOf(name, graphemes))][0]?.segment ?? '';
}

/** Initials on a tint; decoration, since the name always stands near. */
export function Avatar({ author, size }: { author: Author; size?: 'small' }) {
  return (
    <span class={`avatar tint${tintOf(author.user)}${size ? ` ${size}` : ''}`} part="avatar" aria-hidden="true">
      {size ? firstOf(author.name) : initialsOf(author.name, graphemes)}
    </span>
  );
}
