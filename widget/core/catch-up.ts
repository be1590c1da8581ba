import { compareClocks } from '../../protocol/clock.ts';
import type { FrameOf } from '../../protocol/frames.ts';
import { haveOf } from '../../protocol/frames.ts';
import { type Have, haveToRecord, highestSeq } from '../../protocol/have.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { noteReceipt } from './acks.ts';
import { resend, settle } from './deliver.ts';
import type { Effect, Step } from './effects.ts';
import type { Stamp, Via } from './events.ts';
import { haveWithin, type Logged, lacking } from './log.ts';
import { dependsOnOthers, provenAt, vouched } from './numbering.ts';
import { isReady } from './outbox.ts';
import {
  authorOf,
  frameOf,
  isLinked,
  keepsHistory,
  linkedReplicas,
  pathKind,
  toReplica,
  unlinkedReplicas,
} from './paths.ts';
import { showProofs } from './proofs.ts';
import { receive } from './receive.ts';
import type { State } from './state.ts';
import { storedHave } from './stored.ts';
import { change, emit, sequence } from './turn.ts';
import { LOG_WINDOW } from './window.ts';

/** Bytes of entries in one frame, leaving room for the rest of it: the relay takes 64 KiB. */
const CHUNK_BYTES = 48 * 1024;
/** Entries offered at once; who lacks more says hello again when these are there. */
const OFFERED = 400;
/** Hellos answered on one link within a minute (ms): twice what a full log takes. */
const HELLOS = (2 * LOG_WINDOW) / OFFERED;
const HELLOS_WITHIN = 60_000;
/** Links get this long to open before members without one are asked by the relay, ms. */
const LINKS_COME_WITHIN = 3_000;
/** Members asked by the relay: all in a small room, a few in a large one. */
const ASKED = 8;
/** A question by the relay is answered once in this time for each replica, ms. */
const ANSWERS_AGAIN = 2_000;
/** What a member sends by the relay is taken for so long after it was asked, ms. */
const ANSWERED_WITHIN = 10_000;

export function helloOf(state: State): FrameOf<'hello'> {
  return { v: 1, kind: 'hello', author: authorOf(state, state.self), have: myHave(state) };
}

/** What this copy holds, as far as it is stored and fits a frame. */
export function myHave(state: State): ReturnType<typeof haveToRecord> {
  return haveToRecord(haveWithin({ ...state.log, have: storedHave(state) }, LIMITS.haveReplicas, state.self));
}

/** A peer has said who it is and what it holds: it gets what it lacks, and a link may carry entries from now on. */
export function greeted(step: Step, via: Via, frame: FrameOf<'hello'>, stamp: Stamp): Step {
  const { state } = step;
  const replica = via === 'relay' ? frame.from : via;
  if (replica === undefined || (via !== 'relay' && !state.links.has(replica))) return step;
  const have = haveOf(frame.have);
  if (via === 'relay') return answer(step, replica, frame, have, stamp);
  const link = state.links.get(replica);
  const opened = link?.state !== 'ready';
  const minute = opened || stamp.at - link.since >= HELLOS_WITHIN ? { since: stamp.at, hellos: 0 } : link;
  if (minute.hellos >= HELLOS) return step;
  const ready = { state: 'ready', author: frame.author, since: minute.since, hellos: minute.hellos + 1 } as const;
  const links = new Map(state.links).set(replica, ready);
  return sequence(
    change(step, { links, browserOfflineSince: undefined }),
    (next) => vouched(next, replica, have),
    (next) => took(next, replica, have, via, stamp),
    (next) => offer(next, replica, have),
    (next) => (opened ? showProofs(next, replica) : next),
    (next) => (opened ? resend(next, stamp, () => true) : next),
  );
}

/** Entries that a peer has sent because this copy lacked them. Where it has more, this copy says again what it holds. */
export function caughtUp(step: Step, via: Via, frame: FrameOf<'entries'>, stamp: Stamp): Step {
  const replica = via === 'relay' ? frame.from : via;
  if (replica === undefined || (via === 'relay' && !wasAsked(step.state, replica, stamp))) return step;
  const next = receive(step, replica, frame.entries, stamp, 'catch-up', pathKind(via));
  if (!frame.more) return next;
  if (step.state.log.order.length === 0) return change(next, { earlier: true });
  if (next.state.log === step.state.log) return next;
  return change(next, { moreFrom: new Map(next.state.moreFrom).set(replica, new Set(next.state.unstored.keys())) });
}

/** Asks those who have more for it, once the store has what they gave before: what is not stored is not said to be held. */
export function askForMore(step: Step, stamp: Stamp): Step {
  const { moreFrom, unstored } = step.state;
  if (moreFrom.size === 0) return step;
  const ready = [...moreFrom].filter(([, given]) => [...given].every((id) => !unstored.has(id)));
  const waiting = new Map([...moreFrom].filter(([replica]) => !ready.some(([other]) => other === replica)));
  return ready.reduce(
    (next, [replica]) => sayHello(next, replica, !isLinked(next.state, replica), stamp),
    change(step, { moreFrom: waiting }),
  );
}

/** Answers a peer that wants what stands before a clock. */
export function giveEarlier(step: Step, via: Via, frame: FrameOf<'fetch'>, stamp: Stamp): Step {
  const replica = via === 'relay' ? frame.from : via;
  if (replica === undefined || !('below' in frame) || !mayAnswer(step.state, `fetch ${replica}`, stamp)) return step;
  const { below } = frame;
  const older = givable(step.state, step.state.log.order).filter(({ entry }) => compareClocks(entry.clock, below) < 0);
  const [chunk = []] = chunks(older.slice(-LIMITS.chunkEntries).reverse());
  return emit(
    noteGiven(answering(step, `fetch ${replica}`, stamp), chunk),
    ...toReplica(step.state, replica, {
      v: 1,
      kind: 'entries',
      entries: chunk.map(frameOf),
      more: older.length > chunk.length,
      below,
    }),
  );
}

/**
 * Where the relay keeps no history, members without a link are asked what they hold once links had their time: at once
 * where they may hold more of what I have said than I do.
 */
export function planAsking(step: Step, stamp: Stamp): Step {
  if (keepsHistory(step.state)) return step;
  const wait = dependsOnOthers(step.state) ? 0 : LINKS_COME_WITHIN;
  return change(step, { askAt: stamp.at + wait });
}

/** Who has left may have reached some members and not others: in a small room those compare what they hold. */
export function compareAfter(step: Step, stamp: Stamp): Step {
  return step.state.count <= ASKED ? planAsking(step, stamp) : step;
}

export function ask(step: Step, stamp: Stamp): Step {
  const { state } = step;
  if (state.askAt === undefined || state.askAt > stamp.at) return step;
  const unlinked = unlinkedReplicas(state);
  const start = unlinked.length > ASKED ? Math.floor(stamp.random * unlinked.length) : 0;
  const asked = [...unlinked, ...unlinked].slice(start, start + Math.min(ASKED, unlinked.length));
  // A question may come too soon after another one; while much depends on the answer it is asked again.
  const again = dependsOnOthers(state) && provenAt(state).some((at) => at > stamp.at);
  const planned = change(step, { askAt: again ? stamp.at + LINKS_COME_WITHIN : undefined });
  const linked = linkedReplicas(state).reduce((next, replica) => sayHello(next, replica, false, stamp), planned);
  return asked.reduce((next, replica) => sayHello(next, replica, true, stamp), linked);
}

/** Tells a replica what this copy holds, and from then on takes what it gives. */
function sayHello(step: Step, replica: ReplicaId, asks: boolean, stamp: Stamp): Step {
  const { state } = step;
  const hello = asks ? { ...helloOf(state), asks } : helloOf(state);
  const asked = new Map([...state.asked].filter(([, at]) => stamp.at - at < ANSWERED_WITHIN)).set(replica, stamp.at);
  return emit(change(step, { asked }), ...toReplica(state, replica, hello));
}

function wasAsked({ asked }: State, replica: ReplicaId, stamp: Stamp): boolean {
  const at = asked.get(replica);
  return at !== undefined && stamp.at - at < ANSWERED_WITHIN;
}

function mayAnswer({ answered }: State, question: string, stamp: Stamp): boolean {
  const last = answered.get(question);
  return last === undefined || stamp.at - last >= ANSWERS_AGAIN;
}

function answering(step: Step, question: string, stamp: Stamp): Step {
  const recent = [...step.state.answered].filter(([, at]) => stamp.at - at < ANSWERS_AGAIN);
  return change(step, { answered: new Map(recent).set(question, stamp.at) });
}

function answer(step: Step, replica: ReplicaId, frame: FrameOf<'hello'>, have: Have, stamp: Stamp): Step {
  const { state } = step;
  const question = `hello ${replica}`;
  // Where the relay keeps a log that is what everyone compares with.
  if (keepsHistory(state) || !state.members.has(replica)) return step;
  // Too soon after another one: it is made good by asking in turn, in a while.
  if (!mayAnswer(state, question, stamp)) return state.askAt === undefined ? planAsking(step, stamp) : step;
  return sequence(
    answering(step, question, stamp),
    (next) => vouched(next, replica, have),
    (next) => took(next, replica, have, 'relay', stamp),
    (next) => offer(next, replica, have),
    (next) => (frame.asks ? sayHello(next, replica, false, stamp) : next),
    (next) => askAgain(next, replica, have, stamp),
  );
}

/**
 * An answer that came too late to be taken, or that its sender had no time for, shows at least that there is one: everyone
 * is asked once more, in a while.
 */
function askAgain(step: Step, replica: ReplicaId, have: Have, stamp: Stamp): Step {
  const { log, askAt } = step.state;
  const isBehind = [...have].some(([author, ranges]) => highestSeq(ranges) > highestSeq(log.have.get(author)));
  if (!isBehind || askAt !== undefined) return step;
  const wait = wasAsked(step.state, replica, stamp) ? ANSWERED_WITHIN : LINKS_COME_WITHIN;
  return change(step, { askAt: stamp.at + wait });
}

/** What a peer holds of mine it has received. */
function took(step: Step, replica: ReplicaId, have: Have, via: Via, stamp: Stamp): Step {
  const known = have.get(step.state.self);
  return known ? settle(noteReceipt(step, replica, { ranges: known }, via, stamp)) : step;
}

/** Sends a replica what its `have` lacks, newest first, in chunks that fit a frame. A newcomer gets the newest alone. */
function offer(step: Step, replica: ReplicaId, have: Have): Step {
  const missing = givable(step.state, lacking(step.state.log, have));
  const offered = missing.slice(0, have.size === 0 ? LIMITS.chunkEntries : OFFERED);
  const parts = chunks(offered);
  const effects = parts.flatMap((entries, i): readonly Effect[] =>
    toReplica(step.state, replica, {
      v: 1,
      kind: 'entries',
      entries: entries.map(frameOf),
      more: i === parts.length - 1 && missing.length > offered.length,
    }),
  );
  return emit(noteGiven(step, offered), ...effects);
}

/** What may be given to others: nothing before the store holds it. */
function givable({ outbox }: State, entries: readonly Logged[]): readonly Logged[] {
  const unstored = new Set(outbox.flatMap((item) => (item.phase === 'sealed' ? [item.entry.id] : [])));
  return unstored.size === 0 ? entries : entries.filter(({ entry }) => !unstored.has(entry.id));
}

/** Entries of mine that somebody has been given count as sent, also where they were on their way another way. */
function noteGiven(step: Step, given: readonly Logged[]): Step {
  const { outbox } = step.state;
  const ids = new Set(given.map(({ entry }) => entry.id));
  if (!outbox.some((item) => isReady(item) && !item.linked && ids.has(item.entry.id))) return step;
  return change(step, {
    outbox: outbox.map((item) => (isReady(item) && ids.has(item.entry.id) ? { ...item, linked: true } : item)),
  });
}

function chunks(entries: readonly Logged[]): readonly (readonly Logged[])[] {
  const out: Logged[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const logged of entries) {
    const bytes = 500 + logged.entry.cert.length + logged.entry.payload.length * 3;
    const current = out[out.length - 1];
    if (!current || size + bytes > CHUNK_BYTES || current.length >= LIMITS.chunkEntries) {
      out.push([logged]);
      size = bytes;
    } else {
      current.push(logged);
      size += bytes;
    }
  }
  return out;
}
