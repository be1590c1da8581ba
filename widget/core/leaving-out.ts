import type { UserId } from '../../protocol/ids.ts';
import { slowAt } from '../../protocol/rules.ts';
import type { Logged } from './log.ts';
import { isHidden } from './rulebook.ts';
import type { State } from './state.ts';

/** Clocks of one person's devices differ a little, ms. */
const SLOW_TOLERANCE = 1_000;

type Source = Pick<State, 'log' | 'blocked' | 'self'>;

/** Whether an entry has no effect here: it breaks a rule of the room, or this visitor has blocked its author. */
export function isLeftOut({ log, blocked, self }: Source, logged: Logged): boolean {
  const { entry, author } = logged;
  if (entry.replica !== self && entry.kind !== 'delete' && blocked.has(author.user)) return true;
  return isHidden(log.rulebook, logged);
}

/** As `isLeftOut`, for entries in the log's order one after the other: in slow mode those that came too soon are out too. */
export function leavingOut(state: Source): (logged: Logged) => boolean {
  const { rules } = state.log.rulebook;
  if (rules.slow.length === 0) return (logged) => isLeftOut(state, logged);
  const last = new Map<UserId, number>();
  return (logged) => {
    if (isLeftOut(state, logged)) return true;
    const { author, entry } = logged;
    if (author.role === 'moderator' || entry.kind !== 'message') return false;
    const since = entry.clock[0] - (last.get(author.user) ?? Number.NEGATIVE_INFINITY);
    if (since < slowAt(rules, entry) * 1_000 - SLOW_TOLERANCE) return true;
    last.set(author.user, entry.clock[0]);
    return false;
  };
}
