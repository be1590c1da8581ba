import { isEmojiOnly as isOnlyEmoji, splitLinks } from './rich-text.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function isEmojiOnly(text: string): boolean {
  return isOnlyEmoji(text, graphemes);
}

/** A message's text with its links. */
export function RichText({ text }: { text: string }) {
  return splitLinks(text).map((run, index) =>
    run.type === 'text' ? (
      run.text
    ) : (
      <a key={index} href={run.href} target="_blank" rel="noopener noreferrer nofollow ugc">
        {run.text}
      </a>
    ),
  );
}
