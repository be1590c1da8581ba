import type { Mark, MessageView } from '../core/view.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import type { Words } from '../i18n/words.ts';

/** What stands where a message can't be shown. */
export const MARKS: Readonly<Record<Mark, PlainKey>> = {
  locked: 'markLocked',
  damaged: 'markDamaged',
  plain: 'markPlain',
};

/** A message in one sentence: who says what, and when. */
export function labelOf(
  { mine, author, deleted, edited, mark: marked, at, ...message }: MessageView,
  words: Words,
): string {
  const edits = edited && !deleted ? ` ${words.text('edited')}` : '';
  const text = deleted ? words.text('deleted') : marked ? words.text(MARKS[marked]) : message.text + edits;
  const said = mine ? words.text('saidByMe', { text }) : words.text('said', { name: author.name, text });
  return `${said} ${words.time(at)}`;
}
