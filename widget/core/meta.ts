import type { Meta } from './effects.ts';
import type { State } from './state.ts';

/** What of the state is kept beside entries and messages. */
export function metaOf(state: State): Meta {
  const { self, formerly, name, seq, prev, clock, cursor, receipts, reached, seen, away, earlier } = state;
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
    have: state.log.have,
  };
}
