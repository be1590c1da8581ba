import { addRange, hasSeq, highestSeq, mayHold, type Range, type Ranges } from '../../protocol/have.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import type { Step } from './effects.ts';
import type { Stamp, Via } from './events.ts';
import { noteFacts } from './facts.ts';
import { remember } from './log.ts';
import { metaOf } from './meta.ts';
import { ACK_MEMBERS, pathKind, presentOthers, toReplica } from './paths.ts';
import type { Receipt, State } from './state.ts';
import { storedHave } from './stored.ts';
import { change, emit } from './turn.ts';

/** Acks wait this long for company, ms. */
const ACK_BATCH = 1_000;
/** Replicas whose receipts, or whose read entries, are remembered; the longest silent go first. */
const REMEMBERED = 2 * ACK_MEMBERS;
/** Newest entries of mine of which is kept who said when that they hold them. */
const FACTS_OF_MINE = 50;

/** Authors who will be told what I hold of theirs: also those who were away when it came. In big rooms by sample. */
export function oweAcksTo(step: Step, authors: readonly ReplicaId[], stamp: Stamp): Step {
  const { state } = step;
  const present = new Set(presentOthers(state));
  const owed = authors.filter((author) => present.has(author) && state.log.have.has(author));
  if (owed.length === 0 || stamp.random * state.count >= ACK_MEMBERS) return step;
  return change(step, { ackDue: new Set([...state.ackDue, ...owed]), ackAt: state.ackAt ?? stamp.at + ACK_BATCH });
}

/** The visitor sees what has come of these authors; they are told. */
export function markSeen(step: Step, authors: Iterable<ReplicaId>, stamp: Stamp): Step {
  const { state } = step;
  const seen = new Map(state.seen);
  const fresh = [...authors].filter((author) => {
    const highest = highestSeq(state.log.have.get(author));
    if (author === state.self || highest <= (seen.get(author) ?? 0)) return false;
    remember(seen, author, highest, REMEMBERED);
    return true;
  });
  if (fresh.length === 0) return step;
  return oweAcksTo(change(step, { seen }), fresh, stamp);
}

/** Sends the acks that are due: to each author alone, by the link or the relay. What is not stored yet follows later. */
export function flushAcks(step: Step, stamp: Stamp): Step {
  const { state } = step;
  if (state.ackAt === undefined || state.ackAt > stamp.at) return step;
  const have = storedHave(state);
  const acks = [...state.ackDue].flatMap((author) => {
    const ranges = have.get(author) ?? [];
    const read = state.seen.get(author);
    return ranges.length > 0
      ? toReplica(state, author, { v: 1, kind: 'ack', ranges, ...(read === undefined ? {} : { read }) })
      : [];
  });
  const unstored = new Set([...state.unstored.values()].map(({ replica }) => replica));
  const ackDue = new Set([...state.ackDue].filter((author) => unstored.has(author)));
  return emit(change(step, { ackDue, ackAt: undefined }), ...acks);
}

/** Something is stored: acks that waited for that are due. */
export function planAcks(step: Step, stamp: Stamp): Step {
  const { ackDue, ackAt } = step.state;
  return ackDue.size === 0 || ackAt !== undefined ? step : change(step, { ackAt: stamp.at + ACK_BATCH });
}

/** A replica says which of my entries it holds and has read. What it once held or read stays so. */
export function noteReceipt(
  step: Step,
  replica: ReplicaId,
  said: { readonly ranges: Ranges; readonly read?: number | undefined },
  via: Via,
  stamp: Stamp,
): Step {
  const { state } = step;
  const before: Receipt = state.receipts.get(replica) ?? { held: [], read: 0 };
  // No one holds what I have not numbered yet; and acks come by two paths, so an older one may come later.
  const ranges = said.ranges
    .filter(([from]) => from <= state.seq)
    .map(([from, to]): Range => [from, Math.min(to, state.seq)]);
  const held = ranges.reduce(addRange, before.held);
  const read = Math.max(before.read, Math.min(said.read ?? 0, state.seq));
  if (read === before.read && JSON.stringify(held) === JSON.stringify(before.held)) return step;
  const receipts = new Map(state.receipts);
  remember(receipts, replica, { held, read }, REMEMBERED);
  const { delivered, read: readBefore } = state.reached;
  const readNow = held.filter(([from]) => from <= read).map(([from, to]): Range => [from, Math.min(to, read)]);
  const reached = { delivered: held.reduce(addRange, delivered), read: readNow.reduce(addRange, readBefore) };
  const news: string[] = [];
  for (let seq = Math.max(1, state.seq - FACTS_OF_MINE); seq <= state.seq; seq += 1) {
    if (hasSeq(held, seq) && !hasSeq(before.held, seq)) news.push(`${replica} ${seq}`);
  }
  const facts = noteFacts(state.facts, news, { at: stamp.at, path: pathKind(via) });
  const next = change(step, { receipts, reached, facts });
  return emit(next, { type: 'persist', changes: [{ type: 'meta', meta: metaOf(next.state) }] });
}

export function holds(state: State, replica: ReplicaId, seq: number): boolean {
  return hasSeq(state.receipts.get(replica)?.held, seq);
}

/** Whether any other replica has ever said that it holds this entry of mine. */
export function isDelivered({ reached }: State, seq: number): boolean {
  return mayHold(reached.delivered, seq);
}

export function isRead({ reached }: State, seq: number): boolean {
  return mayHold(reached.read, seq);
}
