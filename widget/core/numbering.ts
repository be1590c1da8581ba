import { type Have, highestSeq } from '../../protocol/have.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import type { Step } from './effects.ts';
import type { Stamp } from './events.ts';
import { anyPathUp, keepsHistory, presentOthers } from './paths.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';

/** How long others have to show later numbers of mine than the store gave back, once a path is up, ms. */
const PROVEN_WITHIN = 3_000;

/** Starts the wait for others' word, where one is needed. */
export function awaitProof(step: Step, stamp: Stamp): Step {
  const { numbering } = step.state;
  if (numbering.state === 'safe' || numbering.state === 'lost') return step;
  if (!anyPathUp(step.state))
    // who could say so is out of reach
    return numbering.until === undefined ? step : change(step, { numbering: { ...numbering, until: undefined } });
  if (numbering.until !== undefined) return step;
  return change(step, { numbering: { ...numbering, until: stamp.at + PROVEN_WITHIN } });
}

/** Whoever would know has shown no later number of mine. */
export function proven(step: Step): Step {
  return step.state.numbering.state === 'unproven' ? change(step, { numbering: { state: 'safe' } }) : step;
}

/** A member has said what it holds. When all who are here have shown no later number of mine, there is none. */
export function vouched(step: Step, replica: ReplicaId, have: Have): Step {
  const { numbering, self, seq } = step.state;
  if (numbering.state !== 'unproven' || highestSeq(have.get(self)) > seq) return step;
  const heard = [...numbering.heard, replica];
  const next = change(step, { numbering: { ...numbering, heard } });
  return presentOthers(next.state).every((other) => heard.includes(other)) ? proven(next) : next;
}

/** Numbers of mine are known that I do not know: whoever has them and I must not both go on. */
export function lost(step: Step, from?: number): Step {
  const { numbering } = step.state;
  const before = numbering.state === 'lost' ? numbering.from : undefined;
  const first = Math.min(from ?? Infinity, before ?? Infinity);
  return emit(change(step, { numbering: { state: 'lost', ...(first === Infinity ? {} : { from: first }) } }), {
    type: 'renew',
  });
}

/** Whether entries of mine came to light that I had not numbered, in this page or before it was reloaded. */
export function isLost({ numbering, log, self, seq }: State): boolean {
  return numbering.state === 'lost' || highestSeq(log.have.get(self)) > seq;
}

/** Whether entries may get their numbers: somebody can take them, and no number is used twice as far as can be told. */
export function mayNumber(state: State, at: number): boolean {
  const { count } = state;
  if (!anyPathUp(state) || isLost(state) || isWaiting(state, at)) return false;
  return keepsHistory(state) || count > 1 || presentOthers(state).length > 0;
}

/** When their word is waited for no longer, local ms; nothing where nobody is in reach. */
export function provenAt({ numbering }: State): readonly number[] {
  return 'until' in numbering && numbering.until !== undefined ? [numbering.until] : [];
}

/** Whether others may hold more of what this visitor has said than the store gave back. */
export function dependsOnOthers({ numbering }: State): boolean {
  return numbering.state === 'unproven' || numbering.state === 'renewed';
}

function isWaiting({ numbering }: State, at: number): boolean {
  return 'until' in numbering && (numbering.until ?? Infinity) > at;
}
