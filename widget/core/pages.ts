import type { FrameOf } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import type { Step } from './effects.ts';
import type { Stamp, Via } from './events.ts';
import { fetchPage } from './fetch.ts';
import { keepsHistory, pathKind, presentOthers, toReplica, unlinkedReplicas } from './paths.ts';
import { receive } from './receive.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';
import { LOG_WINDOW } from './window.ts';

/** Older messages that have not come by then may be asked for again, ms. */
const EARLIER_WITHIN = 10_000;

type Page = Pick<FrameOf<'entries'>, 'entries' | 'more'>;

/** A page of the relay's log: entries, and the point this copy now follows it from. */
export function receivePage(step: Step, { entries, more }: Page, epoch: string, stamp: Stamp): Step {
  const next = receive(step, 'relay', entries, stamp, 'catch-up');
  const { relay, log, earlierAsked } = next.state;
  if (relay.state !== 'joined' || relay.position.epoch !== epoch) return next;
  const grew = log !== step.state.log;
  const first = entries[0]?.offset;
  const last = entries[entries.length - 1]?.offset;
  const answered = change(next, { relay: { ...relay, fetchedAt: undefined } });
  const isBack = first === undefined || last === undefined || last < relay.position.offset;
  if (isBack) {
    // What was asked for by hand goes on until something new is here; a gap, as long as pages bring something.
    const goOn = more && first !== undefined && (earlierAsked ? !grew : grew);
    if (goOn) return fetchPage(answered, { before: first }, stamp);
    return earlierAsked ? change(answered, { earlierAsked: undefined, earlier: more }) : healed(answered);
  }
  const position = { epoch, offset: last, id: entries[entries.length - 1]?.entry.id };
  const caught = change(answered, { relay: { ...relay, position, fetchedAt: undefined } });
  return more ? fetchPage(caught, { after: last }, stamp) : caught;
}

/** All that may be missing before what a join brought has been asked for: this copy follows the relay's log again. */
function healed(step: Step): Step {
  const { relay } = step.state;
  if (relay.state !== 'joined' || !relay.healing) return step;
  const { epoch, offset, id } = relay.position;
  return change(step, { relay: { ...relay, healing: false }, cursor: id && { epoch, offset, id } });
}

/** The visitor wants older messages: the relay's where it keeps them, else those of a member. */
export function askEarlier(step: Step, stamp: Stamp): Step {
  const { state } = step;
  if (!state.earlier || state.earlierAsked) return step;
  if (state.log.order.length >= LOG_WINDOW) return change(step, { earlier: false }); // no room for more
  const asked = (peer?: ReplicaId) => change(step, { earlierAsked: { at: stamp.at, peer } });
  const { relay } = state;
  if (relay.state === 'joined' && keepsHistory(state) && relay.oldest > 1)
    return fetchPage(asked(), { before: relay.oldest }, stamp);
  const peer = somePeer(state, stamp);
  const below = state.log.order[0]?.entry.clock;
  return peer && below ? emit(asked(peer), ...toReplica(state, peer, { v: 1, kind: 'fetch', below })) : step;
}

/** A member's answer to a question for older messages. */
export function receiveEarlier(step: Step, via: Via, { from, entries, more }: FrameOf<'entries'>, stamp: Stamp): Step {
  const peer = via === 'relay' ? from : via;
  if (peer === undefined || step.state.earlierAsked?.peer !== peer) return step;
  const next = receive(step, peer, entries, stamp, 'catch-up', pathKind(via));
  return change(next, { earlierAsked: undefined, earlier: more && next.state.log !== step.state.log });
}

/** No answer came: the visitor may ask again. */
export function expireEarlier(step: Step, stamp: Stamp): Step {
  const { earlierAsked } = step.state;
  const late = earlierAsked && stamp.at - earlierAsked.at >= EARLIER_WITHIN;
  return late ? change(step, { earlierAsked: undefined }) : step;
}

export function earlierExpiresAt({ earlierAsked }: State): readonly number[] {
  return earlierAsked ? [earlierAsked.at + EARLIER_WITHIN] : [];
}

function somePeer(state: State, { random }: Stamp): ReplicaId | undefined {
  const unlinked = new Set(unlinkedReplicas(state));
  const linked = presentOthers(state).filter((replica) => !unlinked.has(replica));
  const peers = linked.length > 0 ? linked : [...unlinked];
  return peers[Math.floor(random * peers.length)];
}
