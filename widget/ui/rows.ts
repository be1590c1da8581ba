import type { MessageView } from '../core/view.ts';
import type { Span } from './span.ts';

export interface MessageRow {
  readonly type: 'message';
  readonly message: MessageView;
  /** First and last of its group: the first carries the name, the last the avatar, the time and the tail. */
  readonly first: boolean;
  readonly last: boolean;
}

export interface DividerRow {
  readonly type: 'divider';
}

/** The rows of one calendar day, below its pill. */
export interface DayRows {
  readonly key: string;
  readonly at: number;
  readonly rows: readonly (MessageRow | DividerRow)[];
}

/** Messages of one author further apart than this (ms) start a new group. */
const GROUP_GAP = 5 * 60_000;

/** Lays out the messages of a span: day by day, grouped by author, with the divider before `firstUnread`. */
export function layoutDays(
  messages: readonly MessageView[],
  span: Span,
  firstUnread: string | undefined,
): readonly DayRows[] {
  const days: { key: string; at: number; rows: (MessageRow | DividerRow)[] }[] = [];
  for (let index = span.start; index < span.end; index += 1) {
    const message = messages[index];
    if (!message) break;
    const key = dayKey(message.at);
    const current = days.at(-1);
    const day = current?.key === key ? current : { key, at: message.at, rows: [] };
    if (day !== current) days.push(day);
    if (message.key === firstUnread) day.rows.push({ type: 'divider' });
    day.rows.push({
      type: 'message',
      message,
      first: !follows(messages[index - 1], message, firstUnread),
      last: !follows(message, messages[index + 1], firstUnread),
    });
  }
  return days;
}

/** The calendar day of an instant in the visitor's time zone. */
export function dayKey(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function follows(
  before: MessageView | undefined,
  after: MessageView | undefined,
  firstUnread: string | undefined,
): boolean {
  if (!before || !after || after.key === firstUnread) return false;
  return (
    before.author.user === after.author.user &&
    before.mine === after.mine &&
    Math.abs(after.at - before.at) < GROUP_GAP &&
    dayKey(before.at) === dayKey(after.at)
  );
}
