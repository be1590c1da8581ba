import type { Author, ControlFrame, Member } from '../../protocol/frames.ts';
import { haveOf } from '../../protocol/frames.ts';
import { highestSeq } from '../../protocol/have.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import type { JoinReply } from '../../protocol/join.ts';
import { noteAck, rerouteFrom, resend, settle } from './deliver.ts';
import { isLinked, linkedReplicas, someoneUnlinked } from './paths.ts';
import { catchUp, fetchPage, myHave, oweAcksTo, receive, receivePage, restoreRelay } from './receive.ts';
import type { Effect, Event, Stamp, State, Step, Via } from './state.ts';
import { change, emit, sequence } from './turn.ts';

/** A replica that says it types is believed for this long, ms; it says so again every `TYPING_AGAIN`. */
const TYPING_LASTS = 6_000;
const TYPING_AGAIN = 3_000;
/** My typing ends this long after the last keystroke, ms. */
const TYPING_IDLE = 4_000;
/** Links close when a room outgrows the mesh and reopen when it has shrunk this far below it. */
const MESH_SLACK = 2;

/** The relay has let me in: take its list, follow its log, and send what it lacks. */
export function relayJoined(step: Step, { reply, now }: Extract<Event, { type: 'relay-joined' }>, stamp: Stamp): Step {
  const { state } = step;
  const relayHave = haveOf(reply.have);
  if (highestSeq(relayHave.get(state.self)) > state.seq) return emit(step, { type: 'renew' });
  const start = reply.recovered ? (state.cursor?.offset ?? 0) : reply.offset;
  // Whoever is here is worth a try now: what failed, or was asked of paths that are gone, is not held against them.
  const fresh = reply.members.map(({ replica }) => replica);
  const joined = change(step, {
    skew: now - stamp.at,
    relay: { state: 'joined', position: { epoch: reply.epoch, offset: start }, fetchedAt: undefined },
    settings: reply.settings,
    members: new Map(reply.members.map((member) => [member.replica, member])),
    count: reply.count,
    earlier: reply.recovered ? state.earlier : reply.more,
    barred: undefined,
    browserOfflineSince: undefined,
  });
  return sequence(
    joined,
    (next) => receive(next, 'relay', reply.entries, stamp),
    (next) => adoptCursor(next, reply),
    (next) => fetchRest(next, reply, state.log.order.length > 0, stamp),
    (next) => remesh(next, fresh),
    (next) => oweAcksTo(next, fresh, stamp),
    (next) => resend(clearRelayed(next, relayHave), stamp, () => true),
    (next) => restoreRelay(next, relayHave),
    settle,
  );
}

export function relayDown(step: Step, retryAt: number | undefined, stamp: Stamp): Step {
  const { relay } = step.state;
  const since = relay.state === 'down' ? relay.since : stamp.at;
  return change(step, { relay: { state: 'down', since, ...(retryAt === undefined ? {} : { retryAt }) } });
}

export function linkOpened(step: Step, replica: ReplicaId): Step {
  const links = new Map(step.state.links).set(replica, { state: 'greeting' } as const);
  return emit(change(step, { links }), {
    type: 'send-link',
    replica,
    frame: { v: 1, kind: 'hello', author: selfAuthor(step.state), have: myHave(step.state) },
  });
}

export function linkClosed(step: Step, replica: ReplicaId, stamp: Stamp): Step {
  const ready = isLinked(step.state, replica);
  const links = new Map(step.state.links);
  if (!links.delete(replica)) return step;
  const closed = change(step, { links });
  return ready ? sequence(rerouteFrom(closed, replica, stamp), settle) : closed;
}

/** Acts on a frame that is not an entry. `via` is the relay or the linked replica that sent it. */
export function control(step: Step, via: Via, frame: ControlFrame, stamp: Stamp): Step {
  switch (frame.kind) {
    case 'join':
      return via === 'relay' ? memberJoined(step, frame.member, stamp) : step;
    case 'leave':
      return via === 'relay' ? memberLeft(step, frame.replica) : step;
    case 'typing':
      return noteTyping(step, via === 'relay' ? frame.replica : via, frame.on, stamp);
    case 'ack': {
      const from = via === 'relay' ? frame.from : via;
      return from ? noteAck(step, from, frame.ranges) : step;
    }
    case 'hello':
      return via === 'relay' ? step : greeted(step, via, frame.author, haveOf(frame.have), stamp);
    case 'entries':
      return via === 'relay' && frame.epoch !== undefined
        ? receivePage(step, frame.entries, frame.more, frame.epoch, stamp)
        : receive(step, via, frame.entries, stamp);
    default:
      return step; // signals, heartbeats and byes are the edge's
  }
}

/** A keystroke: announced at once and then every few seconds, on the paths that reach everyone. */
export function typed(step: Step, stamp: Stamp): Step {
  const { myTyping } = step.state;
  const endsAt = stamp.at + TYPING_IDLE;
  if (myTyping && stamp.at - myTyping.announcedAt < TYPING_AGAIN)
    return change(step, { myTyping: { ...myTyping, endsAt } });
  return broadcast(change(step, { myTyping: { announcedAt: stamp.at, endsAt } }), { v: 1, kind: 'typing', on: true });
}

/** Ends typing, mine and others', whose time is over. */
export function expireTyping(step: Step, stamp: Stamp): Step {
  const { typing, myTyping } = step.state;
  const live = [...typing].filter(([, until]) => until > stamp.at);
  const next = live.length === typing.size ? step : change(step, { typing: new Map(live) });
  if (!myTyping || myTyping.endsAt > stamp.at) return next;
  return broadcast(change(next, { myTyping: undefined }), { v: 1, kind: 'typing', on: false });
}

/** Recomputes whom to keep links with; tells the edge when that has changed or someone new has come. */
export function remesh(step: Step, fresh: readonly ReplicaId[] = []): Step {
  const { state } = step;
  const most = state.settings?.mesh ?? 0;
  const meshOpen = state.meshOpen ? state.count <= most : state.count <= most - MESH_SLACK;
  if (state.relay.state !== 'joined') return step;
  const wanted = meshOpen
    ? [...state.members.values()]
        .filter(({ rtc, replica }) => rtc && replica !== state.self)
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

export function selfAuthor(state: State): Author {
  const self = state.members.get(state.self);
  return { user: self?.user ?? (`g-${state.self}` as Author['user']), name: state.name ?? 'Guest' };
}

/** The peer has said who it is and what it holds: the link may carry entries from now on. */
function greeted(step: Step, replica: ReplicaId, author: Author, have: ReturnType<typeof haveOf>, stamp: Stamp): Step {
  if (step.state.links.get(replica)?.state !== 'greeting') return step;
  // With the relay there to ask, a peer's word does not make me another.
  const lost = step.state.relay.state === 'down' && highestSeq(have.get(step.state.self)) > step.state.seq;
  if (lost) return emit(step, { type: 'renew' });
  const links = new Map(step.state.links).set(replica, { state: 'ready', author });
  const known = have.get(step.state.self);
  return sequence(
    change(step, { links, browserOfflineSince: undefined }),
    (next) => (known ? noteAck(next, replica, known) : next),
    (next) => catchUp(next, replica, have),
    (next) => resend(next, stamp, () => true),
  );
}

function memberJoined(step: Step, member: Member, stamp: Stamp): Step {
  const known = step.state.members.has(member.replica);
  const members = new Map(step.state.members).set(member.replica, member);
  const joined = change(step, { members, count: known ? step.state.count : step.state.count + 1 });
  return oweAcksTo(remesh(joined, [member.replica]), [member.replica], stamp);
}

function memberLeft(step: Step, replica: ReplicaId): Step {
  // Someone else speaks as my replica (a copied browser profile): two must never number messages of one.
  if (replica === step.state.self) return emit(step, { type: 'renew' });
  const members = new Map(step.state.members);
  // In a big room most are counted and not listed.
  if (!members.delete(replica) && step.state.count <= members.size) return step;
  const typing = new Map(step.state.typing);
  typing.delete(replica);
  return sequence(change(step, { members, typing, count: Math.max(1, step.state.count - 1) }), remesh, settle);
}

function noteTyping(step: Step, replica: ReplicaId | undefined, on: boolean, stamp: Stamp): Step {
  if (replica === undefined || replica === step.state.self) return step;
  const typing = new Map(step.state.typing);
  if (on) typing.set(replica, stamp.at + TYPING_LASTS);
  else typing.delete(replica);
  return change(step, { typing });
}

/** Sends to everyone by links, and by the relay where someone has none. */
function broadcast(step: Step, frame: ControlFrame): Step {
  const { state } = step;
  const effects = linkedReplicas(state).map((replica): Effect => ({ type: 'send-link', replica, frame }));
  return emit(
    step,
    ...effects,
    ...(someoneUnlinked(state) ? [{ type: 'send-relay', channel: 'presence', frame } as const] : []),
  );
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
  const last = reply.entries[reply.entries.length - 1];
  if (last?.offset === undefined) return reply.recovered ? step : change(step, { cursor: undefined });
  if (!reply.recovered && last.offset !== reply.offset) return change(step, { cursor: undefined });
  return change(step, { cursor: { epoch: reply.epoch, offset: last.offset, id: last.entry.id } });
}

/** A relay whose log started afresh has forgotten what it acknowledged: those messages are owed again. */
function clearRelayed(step: Step, relayHave: ReturnType<typeof haveOf>): Step {
  const held = highestSeq(relayHave.get(step.state.self));
  const outbox = step.state.outbox.map((item) =>
    item.phase === 'ready' && item.relayed && item.entry.seq > held ? { ...item, relayed: false } : item,
  );
  return change(step, { outbox });
}
