import { isReady, type Ready } from './outbox.ts';
import type { State } from './state.ts';

/** Entries that may be on their way to a relay that has said it is too fast. */
const AT_ONCE = 8;
/** Those who are told to wait for the same moment come back over so long, ms. */
const SPREAD = 500;

/**
 * Since when the relay, which was too fast for, takes entries again (local ms): from then on they go to it in their order, a
 * few at a time, until none is left. Undefined: each goes when it is ready.
 */
export type Pace = number | undefined;

/** When to go on after a refusal. @param retryAfter ms, as the relay asks */
export function resumeAt(pace: Pace, at: number, retryAfter: number, random: number): number {
  return Math.max(pace ?? 0, at + retryAfter + Math.round(random * SPREAD));
}

/** Which entries may be on their way to the relay now: all, or the first few of those that it has not taken. */
export function inTurn(state: State): readonly Ready[] {
  const untaken = state.outbox.filter((item): item is Ready => isReady(item) && !item.relayed);
  return state.pace === undefined ? untaken : untaken.slice(0, AT_ONCE);
}

export function mayGo(state: State, { draft }: Ready, at: number): boolean {
  const { pace } = state;
  return pace === undefined || (pace <= at && inTurn(state).some((item) => item.draft === draft));
}
