import type { Meta } from './effects.ts';
import { find, type Log, type Logged } from './log.ts';
import type { State } from './state.ts';

/** What of the state is kept beside entries and messages. */
export function metaOf(state: State): Meta {
  const { self, formerly, name, seq, prev, clock, cursor, receipts, reached, seen, away, earlier, blocked } = state;
  return {
    self,
    formerly,
    name,
    seq,
    prev,
    clock,
    cursor,
    receipts,
    reached,
    seen,
    away,
    earlier,
    blocked,
    rulings: rulingsBefore(state.log),
    have: state.log.have,
  };
}

/** Those that have fallen out of the window, and so out of the store. */
function rulingsBefore(log: Log): readonly Logged[] {
  const { rulings } = log.rulebook;
  return rulings.length === 0 ? NONE : rulings.filter(({ entry }) => !find(log, entry));
}

const NONE: readonly Logged[] = [];
