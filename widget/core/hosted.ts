import { highestSeq } from '../../protocol/have.ts';
import type { EntryId, ReplicaId } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { isPassing, isTooFast, REST } from './deliver.ts';
import type { Effect, Step } from './effects.ts';
import type { Stamp } from './events.ts';
import { fail } from './failing.ts';
import type { Logged } from './log.ts';
import { mayNumber } from './numbering.ts';
import { type Asked, composedOf, isAsked, type Outgoing, replaceItem } from './outbox.ts';
import { resumeAt } from './pace.ts';
import { isRelayUp, keepsHistory } from './paths.ts';
import { resendDelay } from './retry.ts';
import { bodyFor } from './sealing.ts';
import { failSilenced, freeAt, isMessage, isSlowed } from './silence.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';
import { formerOf } from './twins.ts';

/** How long the relay's word may take before it is asked again, ms. */
const ANSWERED_WITHIN = 3_000;

/**
 * Asks the relay to make entries of what waits, for a client that has no key to sign with. Of what is asked for again it
 * makes no second one: a draft's name goes with it.
 */
export function askWaiting(start: Step, stamp: Stamp): Step {
  if (!isRelayUp(start.state) || !mayNumber(start.state, stamp.at)) return start;
  const { pace } = start.state;
  if (pace !== undefined && pace > stamp.at) return start; // nothing overtakes what was too fast
  const step = failSilenced(start, stamp);
  const { state } = step;
  let isSlow = (freeAt(state) ?? 0) > stamp.at;
  const effects: Effect[] = [];
  let { outbox } = state;
  for (const item of state.outbox) {
    if (item.phase === 'draft' && isMessage(item) && isSlow) continue;
    isSlow ||= item.phase !== 'failed' && isMessage(item) && isSlowed(state);
    const isDue = item.phase === 'draft' || (waits(item) && item.resendAt <= stamp.at);
    const body = isDue ? bodyFor(state, item) : undefined;
    if (!body) continue;
    const before = isAsked(item) ? item.attempts : 0;
    const resendAt = stamp.at + ANSWERED_WITHIN + resendDelay(state, before, stamp);
    outbox = replaceItem(outbox, { ...composedOf(item), phase: 'asked', attempts: before + 1, resendAt });
    effects.push({ type: 'say', draft: item.draft, body });
    if (before > 0) effects.push({ type: 'observed', observation: { type: 'retry', attempt: before } });
  }
  return effects.length === 0 ? step : emit(change(step, { outbox, pace: undefined }), ...effects);
}

/** When something is to be asked for again, local ms. */
export function askedAgainAt(state: State): readonly number[] {
  if (!isRelayUp(state)) return [];
  return state.outbox.filter(isAsked).flatMap(({ id, resendAt }) => (id === undefined ? [resendAt] : []));
}

/** The relay has made an entry of a draft. It stays in the outbox until that entry is here. */
export function said(step: Step, draft: string, id: EntryId): Step {
  const { outbox, log } = step.state;
  const item = askedBy(step.state, draft);
  if (!item) return step;
  if (log.order.some(({ entry }) => entry.id === id)) return drop(step, [item]);
  return change(step, { outbox: replaceItem(outbox, { ...item, id }) });
}

/** The relay has made none. A passing reason delays the next try, any other fails the composition. */
export function unsaid(
  step: Step,
  { draft, code, retryAfter }: { draft: string; code: RefusalCode; retryAfter?: number | undefined },
  stamp: Stamp,
): Step {
  const item = askedBy(step.state, draft);
  if (!item) return step;
  if (!isPassing(code) && code !== 'sequence_conflict') return fail(step, item, false, code);
  const delay = retryAfter ?? REST + resendDelay(step.state, item.attempts, stamp);
  if (isTooFast(code)) {
    const pace = resumeAt(step.state.pace, stamp.at, delay, stamp.random);
    return change(step, {
      pace,
      outbox: step.state.outbox.map((other) => (waits(other) ? { ...other, resendAt: pace } : other)),
    });
  }
  return change(step, { outbox: replaceItem(step.state.outbox, { ...item, resendAt: stamp.at + delay }) });
}

/** Entries that were made of mine have come: they stand for what waited for them. The relay's number is mine. */
export function takeMade(step: Step, added: readonly Logged[]): Step {
  const { state } = step;
  if (!state.hosted || added.length === 0) return step;
  const ids = new Set(added.map(({ entry }) => entry.id));
  const made = state.outbox.filter((item) => isAsked(item) && item.id !== undefined && ids.has(item.id));
  const seq = Math.max(state.seq, highestSeq(state.log.have.get(state.self)));
  return drop(change(step, { seq }), made);
}

/**
 * The relay has said as which replica it hosts this client, and up to where it has numbered. What was asked before is asked
 * again; what it has said to have made is in the log, or was fanned out and will not come again.
 */
export function adopt(step: Step, self: ReplicaId, highest: number, stamp: Stamp): Step {
  const { state } = step;
  if (!state.hosted) return step;
  const isOther = self !== state.self;
  const seq = Math.max(highest, isOther ? 0 : state.seq, highestSeq(state.log.have.get(self)));
  const fresh = isOther ? { receipts: new Map(), reached: { delivered: [], read: [] } } : {};
  const outbox = state.outbox.map((item) => (isAsked(item) ? { ...item, resendAt: stamp.at } : item));
  const next = change(step, { self, seq, prev: null, formerly: formerOf(state, self), outbox, ...fresh });
  const gone = outbox.filter(
    (item) => isAsked(item) && item.id !== undefined && (item.content.kind !== 'message' || keepsHistory(state)),
  );
  return drop(next, gone);
}

/** Whether the relay has not said yet what became of it. */
function waits(item: Outgoing): item is Asked {
  return isAsked(item) && item.id === undefined;
}

function askedBy(state: State, draft: string): Asked | undefined {
  return state.outbox.filter(isAsked).find((item) => item.draft === draft);
}

function drop(step: Step, items: readonly { readonly draft: string }[]): Step {
  if (items.length === 0) return step;
  const drafts = items.map(({ draft }) => draft);
  const outbox = step.state.outbox.filter(({ draft }) => !drafts.includes(draft));
  return emit(change(step, { outbox }), { type: 'persist', changes: [{ type: 'settled', drafts }] });
}
