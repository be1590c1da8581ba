import type { EntryId, ReplicaId } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { holds, isDelivered } from './acks.ts';
import type { Effect, Step } from './effects.ts';
import type { Stamp } from './events.ts';
import { fail } from './failing.ts';
import { lost } from './numbering.ts';
import { isReady, type Ready, replaceItem } from './outbox.ts';
import { inTurn, mayGo, resumeAt } from './pace.ts';
import {
  ACK_MEMBERS,
  anyPathUp,
  frameOf,
  isLinked,
  keepsHistory,
  linkedReplicas,
  presentOthers,
  relayCarriesEntries,
} from './paths.ts';
import { giveAgain } from './restore.ts';
import { resendDelay } from './retry.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';

/** How long an acknowledgement may take before a message is sent again: batching (1 s) and the way back, ms. */
const ACK_WITHIN = 3_000;
/** A relay that refuses for a passing reason is left alone for so long at least, ms. */
export const REST = 1_000;

/** Sends an entry on every path that takes it now, and sets when it is tried again. */
export function dispatch(step: Step, item: Ready, stamp: Stamp): Step {
  const { state } = step;
  const { entry, attempts } = item;
  const frame = frameOf({ entry });
  const links = linkedReplicas(state).filter((replica) => !holds(state, replica, entry.seq));
  const owed = relayCarriesEntries(state) && (!item.relayed || someoneMissedFanOut(state, item));
  const toRelay = owed && mayGo(state, item, stamp.at);
  const effects: Effect[] = links.map((replica) => ({ type: 'send-link', replica, frame }));
  if (toRelay) effects.push({ type: 'send-relay', channel: 'room', frame });
  if (attempts > 0 && effects.length > 0)
    effects.push({ type: 'observed', observation: { type: 'retry', attempt: attempts } });
  const again = stamp.at + ACK_WITHIN + resendDelay(state, attempts, stamp);
  const isNext = owed && !toRelay && inTurn(state).some(({ draft }) => draft === item.draft);
  const sent: Ready = {
    ...item,
    linked: item.linked || links.length > 0,
    attempts: effects.length > 0 || !owed ? attempts + 1 : attempts,
    resendAt: isNext ? (state.pace ?? again) : again,
  };
  return emit(change(step, { outbox: replaceItem(state.outbox, sent) }), ...effects);
}

/** Sends again what has not settled: all of it when a path has changed, or what is due. */
export function resend(step: Step, stamp: Stamp, due: (item: Ready) => boolean): Step {
  const items = step.state.outbox.filter(isReady).filter(due);
  return items.reduce((reached, item) => dispatch(reached, item, stamp), step);
}

export function resendDue(step: Step, stamp: Stamp): Step {
  return anyPathUp(step.state) ? resend(step, stamp, (item) => item.resendAt <= stamp.at) : step;
}

/** A link has closed: what its replica has not acknowledged goes another way at once. */
export function rerouteFrom(step: Step, replica: ReplicaId, stamp: Stamp): Step {
  return resend(step, stamp, (item) => !holds(step.state, replica, item.entry.seq));
}

/** The relay has taken an entry into its log (history on) or fanned it out (history off). */
export function relayAcked(step: Step, id: EntryId, stamp: Stamp): Step {
  const item = readyBy(step.state, id);
  if (!item) return step;
  const before = inTurn(step.state).map(({ draft }) => draft);
  const taken = settle(change(step, { outbox: replaceItem(step.state.outbox, { ...item, relayed: true }) }));
  if (taken.state.pace === undefined) return taken;
  const turn = inTurn(taken.state);
  if (turn.length === 0) return change(taken, { pace: undefined });
  return turn
    .filter(({ draft }) => !before.includes(draft))
    .reduce((reached, next) => dispatch(reached, next, stamp), taken);
}

/**
 * The relay has refused an entry. A passing reason (too fast, overloaded, session gone) delays the next try; any other
 * fails the composition, which then leaves the shown log.
 */
export function relayRefused(
  step: Step,
  id: EntryId,
  code: RefusalCode,
  retryAfter: number | undefined,
  stamp: Stamp,
): Step {
  const item = readyBy(step.state, id);
  if (!item) return isPassing(code) ? giveAgain(step, id, retryAfter ?? REST, stamp) : step;
  if (code === 'sequence_conflict') return lost(step, item.entry.seq);
  if (!isPassing(code)) {
    // What was sent before, by this page or the one before it, may have been taken with the answer lost.
    const seen = item.attempts > 1 || item.linked || item.relayed || isDelivered(step.state, item.entry.seq);
    return fail(step, item, seen, code);
  }
  const delay = retryAfter ?? REST + resendDelay(step.state, item.attempts, stamp);
  const pace = isTooFast(code) ? resumeAt(step.state.pace, stamp.at, delay, stamp.random) : step.state.pace;
  const resendAt = isTooFast(code) && pace !== undefined ? pace : stamp.at + delay;
  return change(step, { pace, outbox: replaceItem(step.state.outbox, { ...item, resendAt }) });
}

/** Lets go of entries that have arrived wherever they must. */
export function settle(step: Step): Step {
  const settled = step.state.outbox.filter((item) => isReady(item) && hasSettled(step.state, item));
  if (settled.length === 0) return step;
  const drafts = settled.map((item) => item.draft);
  return emit(change(step, { outbox: step.state.outbox.filter((item) => !settled.includes(item)) }), {
    type: 'persist',
    changes: [{ type: 'settled', drafts }],
  });
}

function hasSettled(state: State, item: Ready): boolean {
  if (keepsHistory(state)) return item.relayed;
  if (!item.relayed && !item.linked && !isDelivered(state, item.entry.seq)) return false;
  return presentOthers(state).every(
    (replica) => holds(state, replica, item.entry.seq) || !owesAck(state, replica, item),
  );
}

/**
 * Whether this member's own word is awaited. A plain Bayeux client never acknowledges: for those that never have, the
 * relay's fan-out counts.
 */
function owesAck(state: State, replica: ReplicaId, item: Ready): boolean {
  if (state.count > ACK_MEMBERS) return false;
  return isLinked(state, replica) || state.receipts.has(replica) || !item.relayed;
}

/** With history off a fan-out can be missed, and only a new one helps. */
function someoneMissedFanOut(state: State, item: Ready): boolean {
  if (keepsHistory(state) || state.count > ACK_MEMBERS) return false;
  return presentOthers(state).some(
    (replica) => !isLinked(state, replica) && state.receipts.has(replica) && !holds(state, replica, item.entry.seq),
  );
}

function readyBy(state: State, id: EntryId): Ready | undefined {
  return state.outbox.filter(isReady).find((item) => item.entry.id === id);
}

/** Those behind it must not overtake what was refused for this. */
export function isTooFast(code: RefusalCode): boolean {
  return code === 'too_fast';
}

/** Refusals that say nothing of the message: too fast, the session or the relay is gone or going. */
export function isPassing(code: RefusalCode): boolean {
  return /^(?:too_fast|too_many_\w+|slow_mode|room_full|certificate_expired|not_a_member|unknown_session|wrong_secret|transport_in_use|overloaded|closing|internal)$/.test(
    code,
  );
}
