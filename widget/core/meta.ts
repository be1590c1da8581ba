import { compareEntries } from '../../protocol/entry.ts';
import type { Meta } from './effects.ts';
import { LOG_WINDOW, type Log, type Logged } from './log.ts';
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

/** Those that have fallen out of the window, or are about to fall out of the store: it keeps no more than the window. */
function rulingsBefore({ order, rulebook }: Log): readonly Logged[] {
  const oldest = order[0];
  if (!oldest || order.length < LOG_WINDOW) return NONE;
  return rulebook.rulings.filter(({ entry }) => compareEntries(entry, oldest.entry) < 0);
}

const NONE: readonly Logged[] = [];
