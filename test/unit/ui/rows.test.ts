import { expect } from 'chai';
import type { MessageView } from '../../../widget/core/view.ts';
import { layoutDays } from '../../../widget/ui/rows.ts';
import { ADA, BO, ME, MINUTE, says } from '../../browser/gallery/people.ts';

/** Noon of a local day, so that minutes around it stay inside it in every time zone. */
const NOON = new Date(2026, 10, 22, 12).getTime();
const DAY = 24 * 60 * MINUTE;

/** `first` and `last` of each message as brackets around its text: `[a b] [c]` are two groups. */
function shape(messages: readonly MessageView[], firstUnread?: string): string {
  return layoutDays(messages, { start: 0, end: messages.length }, firstUnread)
    .map((day) =>
      day.rows
        .map((row) =>
          row.type === 'divider' ? '---' : `${row.first ? '[' : ''}${row.message.text}${row.last ? ']' : ''}`,
        )
        .join(' '),
    )
    .join(' | ');
}

describe('rows', () => {
  it('[UI-4] messages of one author within five minutes form a group', () => {
    const messages = [
      says(ADA, NOON, 'a'),
      says(ADA, NOON + 4 * MINUTE, 'b'),
      says(ADA, NOON + 9 * MINUTE, 'c'),
      says(BO, NOON + 9 * MINUTE, 'd'),
      says(ME, NOON + 10 * MINUTE, 'e'),
      says(ME, NOON + 11 * MINUTE, 'f'),
    ];
    expect(shape(messages)).to.equal('[a b] [c] [d] [e f]');
  });

  it('[UI-4] a clock that is ahead of the next message does not join what is far apart', () => {
    expect(shape([says(ADA, NOON + 20 * MINUTE, 'a'), says(ADA, NOON, 'b')])).to.equal('[a] [b]');
  });

  it('[UI-4] each day has its own rows, and no group passes midnight', () => {
    const midnight = new Date(2026, 10, 23).getTime();
    const messages = [
      says(ADA, midnight - MINUTE, 'a'),
      says(ADA, midnight + MINUTE, 'b'),
      says(ADA, NOON + 2 * DAY, 'c'),
    ];
    expect(shape(messages)).to.equal('[a] | [b] | [c]');
  });

  it('[UI-8] the divider stands before the first unread message and parts its group', () => {
    const messages = [says(ADA, NOON, 'a'), says(ADA, NOON, 'b'), says(ADA, NOON, 'c')];
    expect(shape(messages, messages[1]?.key)).to.equal('[a] --- [b c]');
  });

  it('[UI-4] a span lays out its part alone, grouped as in the whole', () => {
    const messages = ['a', 'b', 'c', 'd'].map((text) => says(ADA, NOON, text));
    const [day] = layoutDays(messages, { start: 1, end: 3 }, undefined);
    expect(day?.rows.map((row) => row.type === 'message' && [row.first, row.last])).to.deep.equal([
      [false, false],
      [false, false],
    ]);
  });
});
