import { CLOCK_ZERO, type Clock } from '../../protocol/clock.ts';
import type { FrameOf, Member } from '../../protocol/frames.ts';
import { haveOf } from '../../protocol/frames.ts';
import { type Have, hasSeq, highestSeq } from '../../protocol/have.ts';
import { guestId, type ReplicaId } from '../../protocol/ids.ts';
import type { JoinReply } from '../../protocol/join.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { oweAcksTo } from './acks.ts';
import { compareAfter, helloOf, planAsking } from './catch-up.ts';
import { rerouteFrom, resend, settle } from './deliver.ts';
import type { Step } from './effects.ts';
import type { Event, Stamp } from './events.ts';
import { fetchPage } from './fetch.ts';
import { adopt } from './hosted.ts';
import { haveWithin } from './log.ts';
import { isLost, lost, proven } from './numbering.ts';
import type { Outgoing } from './outbox.ts';
import { isLinked, keepsHistory } from './paths.ts';
import { proveToRelay } from './proofs.ts';
import { receive } from './receive.ts';
import { giveRulings, planRestore, restoreLeft } from './restore.ts';
import { isOut } from './silence.ts';
import type { State } from './state.ts';
import { change, emit, sequence } from './turn.ts';

/** Links close when a room outgrows the mesh and reopen when it has shrunk this far below it. */
const MESH_SLACK = 2;
/** Members of a room whose log was lost join anew within this, ms. */
const REJOIN_WITHIN = 2_000;

/** The relay has let me in: take its list, follow its log, and send what it lacks. */
export function relayJoined(
  before: Step,
  { reply, now }: Extract<Event, { type: 'relay-joined' }>,
  stamp: Stamp,
): Step {
  const has = haveOf(reply.have);
  const { user, name, replica } = reply.self;
  const step = adopt(before, replica, highestSeq(has.get(replica)), stamp);
  const { state } = step;
  if (isLost(state) || highestSeq(has.get(state.self)) > state.seq)
    return lost(receive(noteRelayed(step, has), 'relay', reply.entries, stamp, 'catch-up'));
  const start = reply.recovered ? (state.cursor?.offset ?? 0) : reply.offset;
  const oldest = reply.entries[0]?.offset ?? reply.offset + 1;
  // Whoever is here is worth a try now: what failed, or was asked of paths that are gone, is not held against them.
  const fresh = reply.members.map(({ replica }) => replica);
  const last = reply.entries[reply.entries.length - 1];
  const position = { epoch: reply.epoch, offset: start, id: last?.offset === reply.offset ? last.entry.id : undefined };
  const healing = !reply.recovered && reply.more && state.log.order.length > 0;
  const known = assumeUnasked(state, has);
  const joined = change(step, {
    // A login may give the name, which then is what others see.
    ...(user === guestId(replica) ? {} : { name }),
    skew: now - stamp.at,
    clock: soberClock(state, now + LIMITS.clockAhead),
    relay: { state: 'joined', since: stamp.at, position, healing, fetchedAt: undefined, oldest, has: known },
    settings: reply.settings,
    members: new Map(reply.members.map((member) => [member.replica, member])),
    count: reply.count,
    earlier: reply.recovered ? state.earlier : reply.more,
    barred: undefined,
    browserOfflineSince: undefined,
  });
  return sequence(
    joined,
    (next) => (keepsHistory(next.state) && highestSeq(has.get(state.self)) === state.seq ? proven(next) : next),
    (next) => receive(next, 'relay', reply.proofs, stamp, 'proof'),
    (next) => proveToRelay(next, reply.proofs),
    (next) => receive(next, 'relay', [...reply.rulings, ...reply.entries], stamp, 'catch-up'),
    (next) => (next.state.hosted ? next : giveRulings(next, reply.rulings)),
    (next) => adoptCursor(next, reply),
    (next) => fetchRest(next, reply, state.log.order.length > 0, stamp),
    (next) => remesh(next, fresh),
    (next) => oweAcksTo(next, fresh, stamp),
    (next) => resend(clearRelayed(next, has), stamp, () => true),
    (next) => planRestore(next, known, stamp),
    (next) => planAsking(next, stamp),
    settle,
  );
}

export function relayDown(step: Step, retryAt: number | undefined, stamp: Stamp): Step {
  const { relay } = step.state;
  if (relay.state === 'none') return step;
  const since = relay.state === 'down' ? relay.since : stamp.at;
  return change(step, {
    pace: undefined,
    relay: { state: 'down', since, ...(retryAt === undefined ? {} : { retryAt }) },
  });
}

/** A pair without a relay goes by the inviter's clock. */
export function setClock(step: Step, skew: number, at: number): Step {
  return change(step, { skew, clock: soberClock(step.state, at + skew + LIMITS.clockAhead) });
}

export function linkOpened(step: Step, replica: ReplicaId): Step {
  const links = new Map(step.state.links).set(replica, { state: 'greeting' } as const);
  return emit(change(step, { links }), { type: 'send-link', replica, frame: helloOf(step.state) });
}

export function linkClosed(step: Step, replica: ReplicaId, stamp: Stamp): Step {
  const ready = isLinked(step.state, replica);
  const links = new Map(step.state.links);
  if (!links.delete(replica)) return step;
  const closed = change(step, { links });
  return ready ? sequence(rerouteFrom(closed, replica, stamp), (next) => planAsking(next, stamp), settle) : closed;
}

export function memberJoined(step: Step, member: Member, stamp: Stamp): Step {
  const known = step.state.members.has(member.replica);
  const members = new Map(step.state.members).set(member.replica, member);
  const joined = change(step, { members, count: known ? step.state.count : step.state.count + 1 });
  return oweAcksTo(remesh(joined, [member.replica]), [member.replica], stamp);
}

export function memberLeft(step: Step, { replica, cut }: FrameOf<'leave'>, stamp: Stamp): Step {
  // Someone else speaks as my replica (a copied browser profile): two must never number messages of one.
  if (replica === step.state.self) return lost(step);
  // In a big room most are counted and not listed.
  if (!step.state.members.has(replica) && step.state.count <= step.state.members.size) return step;
  const count = Math.max(1, step.state.count - 1);
  return sequence(
    change(without(step, [replica]), { count }),
    remesh,
    (next) => (cut ? emit(next, { type: 'drop-link', replica }) : next),
    (next) => restoreLeft(next, [replica], stamp),
    (next) => compareAfter(next, stamp),
    settle,
  );
}

/** Who came to and went from a big room lately, as far as names are told; the count is of all. */
export function crowdMoved(step: Step, { count, joined, left }: FrameOf<'crowd'>, stamp: Stamp): Step {
  const fewer = without(step, left);
  const members = new Map(fewer.state.members);
  for (const member of joined) members.set(member.replica, member);
  const fresh = joined.map(({ replica }) => replica);
  return sequence(
    change(fewer, { members, count }),
    (next) => remesh(next, fresh),
    (next) => oweAcksTo(next, fresh, stamp),
    (next) => restoreLeft(next, left, stamp),
    settle,
  );
}

/** The relay has lost its log: members join anew, not all at once. */
export function relayReset(step: Step, stamp: Stamp): Step {
  return change(step, { rejoinAt: step.state.rejoinAt ?? stamp.at + stamp.random * REJOIN_WITHIN });
}

export function rejoin(step: Step, stamp: Stamp): Step {
  const { rejoinAt } = step.state;
  if (rejoinAt === undefined || rejoinAt > stamp.at) return step;
  return emit(change(step, { rejoinAt: undefined }), { type: 'rejoin' });
}

/** Recomputes whom to keep links with; tells the edge when that has changed or someone new has come. */
export function remesh(step: Step, fresh: readonly ReplicaId[] = []): Step {
  const { state } = step;
  const most = state.settings?.mesh ?? 0;
  const meshOpen = state.meshOpen ? state.count <= most : state.count <= most - MESH_SLACK;
  if (state.relay.state !== 'joined') return step;
  const wanted = meshOpen
    ? [...state.members.values()]
        .filter(({ rtc, replica }) => rtc && replica !== state.self && !isOut(state, replica))
        .map(({ replica }) => replica)
    : [];
  const same = wanted.length === state.wanted.length && wanted.every((replica) => state.wanted.includes(replica));
  if (same && fresh.length === 0 && meshOpen === state.meshOpen) return step;
  return emit(change(step, { meshOpen, wanted }), {
    type: 'mesh',
    replicas: wanted,
    fresh: fresh.filter((replica) => wanted.includes(replica)),
    open: meshOpen,
  });
}

/** Keeps no link with who is banned, and opens none. */
export function enforce(step: Step): Step {
  const { state } = step;
  if (state.log.rulebook.rules.banned.size === 0) return step;
  const banned = [...state.links.keys()].filter((replica) => isOut(state, replica));
  return emit(remesh(step), ...banned.map((replica) => ({ type: 'drop-link', replica }) as const));
}

function without(step: Step, replicas: readonly ReplicaId[]): Step {
  const members = new Map(step.state.members);
  const typing = new Map(step.state.typing);
  for (const replica of replicas) {
    members.delete(replica);
    typing.delete(replica);
  }
  return change(step, { members, typing });
}

/**
 * Asks for what a join's answer left out: what follows, where the cursor stood; what came before, where this copy has a
 * past that the answer may not reach back to.
 */
function fetchRest(step: Step, reply: JoinReply, hasPast: boolean, stamp: Stamp): Step {
  const { relay } = step.state;
  const first = reply.entries[0]?.offset;
  if (!reply.more || relay.state !== 'joined') return step;
  if (reply.recovered) return fetchPage(step, { after: relay.position.offset }, stamp);
  return hasPast && first !== undefined ? fetchPage(step, { before: first }, stamp) : step;
}

/** After a join that brought all there was, the newest entry taken is where the next join goes on from. */
function adoptCursor(step: Step, reply: JoinReply): Step {
  const { relay } = step.state;
  const last = reply.entries[reply.entries.length - 1];
  if (relay.state === 'joined' && relay.healing) return change(step, { cursor: undefined });
  if (last?.offset === undefined) return reply.recovered ? step : change(step, { cursor: undefined });
  if (!reply.recovered && last.offset !== reply.offset) return change(step, { cursor: undefined });
  return change(step, { cursor: { epoch: reply.epoch, offset: last.offset, id: last.entry.id } });
}

/** A clock that ran ahead of the relay's, when this device's was wrong, would have all that is said refused. */
function soberClock({ clock, log }: State, latest: number): Clock {
  if (clock[0] <= latest) return clock;
  return log.order.findLast(({ entry }) => entry.clock[0] <= latest)?.entry.clock ?? CLOCK_ZERO;
}

/** The relay speaks only of the replicas it was asked about; it is taken to hold what others have said. */
function assumeUnasked(state: State, has: Have): Have {
  const asked = new Set(haveWithin(state.log, LIMITS.haveReplicas, state.self).keys());
  const unasked = [...state.log.have].filter(([replica]) => !asked.has(replica));
  return unasked.length === 0 ? has : new Map([...unasked, ...has]);
}

/** A relay whose log started afresh has forgotten what it acknowledged: those messages are owed again. */
function clearRelayed(step: Step, relayHave: Have): Step {
  const held = highestSeq(relayHave.get(step.state.self));
  const outbox = step.state.outbox.map(
    (item): Outgoing =>
      item.phase === 'ready' && item.relayed && item.entry.seq > held ? { ...item, relayed: false, sent: true } : item,
  );
  return change(step, { outbox });
}

/** What the relay holds of the outbox has arrived: whoever becomes a new replica must not number it anew. */
function noteRelayed(step: Step, relayHave: Have): Step {
  const held = relayHave.get(step.state.self);
  const outbox = step.state.outbox.map((item) =>
    item.phase === 'ready' && hasSeq(held, item.entry.seq) ? { ...item, relayed: true } : item,
  );
  return change(step, { outbox });
}
