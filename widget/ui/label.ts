import type { MessageView } from '../core/view.ts';
import type { Words } from '../i18n/words.ts';

/** A message in one sentence: who says what, and when. */
export function labelOf({ mine, author, deleted, edited, at, ...message }: MessageView, words: Words): string {
  const mark = edited && !deleted ? ` ${words.text('edited')}` : '';
  const text = deleted ? words.text('deleted') : message.text + mark;
  const said = mine ? words.text('saidByMe', { text }) : words.text('said', { name: author.name, text });
  return `${said} ${words.time(at)}`;
}
