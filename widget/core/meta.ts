import type { Meta, State } from './state.ts';

/** What of the state is kept beside entries and messages. */
export function metaOf(state: State): Meta {
  const { name, seq, prev, clock, cursor, acked } = state;
  return { name, seq, prev, clock, cursor, acked, have: state.log.have };
}
