import type { Entry } from '../../protocol/entry.ts';
import type { EntryFrame } from '../../protocol/frames.ts';
import { addRange, hasSeq, type Range, type Ranges } from '../../protocol/have.ts';
import type { EntryId, ReplicaId } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { withdraw } from './log.ts';
import { metaOf } from './meta.ts';
import { composedOf, isReady, type Outgoing, type Ready, replaceItem } from './outbox.ts';
import {
  ACK_MEMBERS,
  authorOf,
  isLinked,
  isRelayUp,
  linkedReplicas,
  presentOthers,
  relayCarriesEntries,
} from './paths.ts';
import { RESEND, retryDelay } from './retry.ts';
import type { Effect, Stamp, State, Step } from './state.ts';
import { change, emit } from './turn.ts';

/** How long an acknowledgement may take before a message is sent again: batching (1 s) and the way back, ms. */
const ACK_WITHIN = 3_000;

/** Sends a message on every path that takes it now, and sets when it is tried again. */
export function dispatch(step: Step, item: Ready, stamp: Stamp): Step {
  const { state } = step;
  const frame: EntryFrame = { v: 1, entry: item.entry, author: authorOf(state, state.self) };
  const links = linkedReplicas(state).filter((replica) => !hasAcked(state, replica, item.entry));
  const toRelay = relayCarriesEntries(state) && (!item.relayed || someoneMissedFanOut(state, item));
  const effects: Effect[] = links.map((replica) => ({ type: 'send-link', replica, frame }));
  // The relay stamps the author itself and refuses one that a client claims.
  if (toRelay) effects.push({ type: 'send-relay', channel: 'room', frame: { v: 1, entry: item.entry } });
  const sent: Ready = {
    ...item,
    linked: item.linked || links.length > 0,
    attempts: item.attempts + 1,
    resendAt: stamp.at + ACK_WITHIN + retryDelay(RESEND, item.attempts, stamp.random),
  };
  return emit(change(step, { outbox: replaceItem(state.outbox, sent) }), ...effects);
}

/** Sends again what has not settled: all of it when a path has changed, or what is due. */
export function resend(step: Step, stamp: Stamp, due: (item: Ready) => boolean): Step {
  const items = step.state.outbox.filter(isReady).filter(due);
  return items.reduce((reached, item) => dispatch(reached, item, stamp), step);
}

export function resendDue(step: Step, stamp: Stamp): Step {
  if (!isRelayUp(step.state) && linkedReplicas(step.state).length === 0) return step;
  return resend(step, stamp, (item) => item.resendAt <= stamp.at);
}

/** A link has closed: what its replica has not acknowledged goes another way at once. */
export function rerouteFrom(step: Step, replica: ReplicaId, stamp: Stamp): Step {
  return resend(step, stamp, (item) => !hasAcked(step.state, replica, item.entry));
}

/** The relay has taken an entry into its log (history on) or fanned it out (history off). */
export function relayAcked(step: Step, id: EntryId): Step {
  const item = readyBy(step.state, id);
  if (!item) return step;
  return settle(change(step, { outbox: replaceItem(step.state.outbox, { ...item, relayed: true }) }));
}

/**
 * The relay has refused an entry. A passing reason (too fast, overloaded, session gone) delays the next try; any other
 * fails the message, which then leaves the shown log.
 */
export function relayRefused(
  step: Step,
  id: EntryId,
  code: RefusalCode,
  retryAfter: number | undefined,
  stamp: Stamp,
): Step {
  const item = readyBy(step.state, id);
  if (!item) return step;
  if (isPassing(code)) {
    const delay = retryAfter ?? 1_000 + retryDelay(RESEND, item.attempts, stamp.random);
    return change(step, { outbox: replaceItem(step.state.outbox, { ...item, resendAt: stamp.at + delay }) });
  }
  const failed: Outgoing = { ...composedOf(item), phase: 'failed', refusal: code };
  return emit(
    change(step, { outbox: replaceItem(step.state.outbox, failed), log: withdraw(step.state.log, item.entry) }),
    {
      type: 'persist',
      changes: [
        { type: 'outgoing', items: [failed] },
        { type: 'withdrawn', entry: item.entry },
      ],
    },
  );
}

/** A replica says which of my entries it holds. */
export function noteAck(step: Step, replica: ReplicaId, ranges: Ranges): Step {
  const { state } = step;
  const before = state.acked.get(replica) ?? [];
  // No one holds what I have not numbered yet; and acks come by two paths, so an older one may come later.
  const held = ranges.filter(([from]) => from <= state.seq).map(([from, to]): Range => [from, Math.min(to, state.seq)]);
  const known = held.reduce(addRange, before);
  if (JSON.stringify(known) === JSON.stringify(before)) return step;
  const acked = new Map(state.acked);
  acked.delete(replica);
  acked.set(replica, known);
  const oldest = acked.keys().next();
  if (acked.size > ACK_MEMBERS * 2 && !oldest.done) acked.delete(oldest.value);
  const next = change(step, { acked });
  return settle(emit(next, { type: 'persist', changes: [{ type: 'meta', meta: metaOf(next.state) }] }));
}

/** Lets go of messages that have arrived wherever they must. */
export function settle(step: Step): Step {
  const settled = step.state.outbox.filter((item) => isReady(item) && hasSettled(step.state, item));
  if (settled.length === 0) return step;
  const drafts = settled.map((item) => item.draft);
  return emit(change(step, { outbox: step.state.outbox.filter((item) => !settled.includes(item)) }), {
    type: 'persist',
    changes: [{ type: 'settled', drafts }],
  });
}

export function hasAcked(state: State, replica: ReplicaId, entry: Entry): boolean {
  return hasSeq(state.acked.get(replica), entry.seq);
}

export function isDelivered(state: State, seq: number): boolean {
  for (const ranges of state.acked.values()) if (hasSeq(ranges, seq)) return true;
  return false;
}

function hasSettled(state: State, item: Ready): boolean {
  if (keepsHistory(state)) return item.relayed;
  if (!item.relayed && !item.linked && !isDelivered(state, item.entry.seq)) return false;
  return presentOthers(state).every(
    (replica) => hasAcked(state, replica, item.entry) || !owesAck(state, replica, item),
  );
}

/**
 * Whether this member's own word is awaited. A plain Bayeux client never acknowledges: for those that never have, the
 * relay's fan-out counts.
 */
function owesAck(state: State, replica: ReplicaId, item: Ready): boolean {
  if (state.count > ACK_MEMBERS) return false;
  return isLinked(state, replica) || state.acked.has(replica) || !item.relayed;
}

/** With history off a fan-out can be missed, and only a new one helps. */
function someoneMissedFanOut(state: State, item: Ready): boolean {
  if (keepsHistory(state)) return false;
  return presentOthers(state).some(
    (replica) => !isLinked(state, replica) && state.acked.has(replica) && !hasAcked(state, replica, item.entry),
  );
}

/** Until a relay has said otherwise nothing settles on links alone. */
function keepsHistory(state: State): boolean {
  return (state.settings?.history ?? 1) > 0;
}

function readyBy(state: State, id: EntryId): Ready | undefined {
  return state.outbox.filter(isReady).find((item) => item.entry.id === id);
}

/** Refusals that say nothing of the message: too fast, the session or the relay is gone or going. */
function isPassing(code: RefusalCode): boolean {
  return /^(?:too_fast|not_a_member|unknown_session|wrong_secret|transport_in_use|overloaded|closing|internal)$/.test(
    code,
  );
}
