import { ADA, BO, CHEN, DIEGO, EVE, ME, MINUTE, NOW, type Person, person, says } from './people.ts';

/** An emoji under a message. */
export const likes = (emoji: string, mine: boolean, ...authors: readonly Person[]) => ({
  emoji,
  mine,
  authors: mine ? [...authors, ME] : authors,
});

/** What others make of messages, and what becomes of mine. */
export const AMENDED = [
  says(CHEN, NOW - 58 * MINUTE, 'Shall we read something shorter next month?', {
    reactions: [likes('👍', true, ADA, BO), likes('🎉', false, DIEGO)],
  }),
  says(CHEN, NOW - 57 * MINUTE, '', { deleted: true }),
  says(ME, NOW - 40 * MINUTE, 'The Summer Book, about a hundred and seventy pages.', {
    status: 'read',
    edited: true,
    reactions: [likes('❤️', false, ADA)],
    seenBy: [DIEGO],
  }),
  says(BO, NOW - 31 * MINUTE, 'Yes! I have wanted to for years.', { edited: true, reactions: [likes('😂', true)] }),
  says(ADA, NOW - 30 * MINUTE, '🎉', { reactions: [likes('👍', false, BO, CHEN, DIEGO, EVE)] }),
  says(ME, NOW - 12 * MINUTE, 'I will put it on the list.', { status: 'read', seenBy: [CHEN] }),
  says(ME, NOW - 11 * MINUTE, '', { deleted: true, status: 'delivered' }),
  says(ME, NOW - 2 * MINUTE, 'Thursday at eight, then', { status: 'read', seenBy: [ADA, BO] }),
];

export const AWAY = [
  { ...DIEGO, seenAt: NOW - 4 * MINUTE },
  { ...EVE, seenAt: NOW - 3 * 60 * MINUTE },
  { ...person('u-fatima', 'Fatima'), seenAt: NOW - 26 * 60 * MINUTE },
];
