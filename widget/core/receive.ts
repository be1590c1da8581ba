import { mergeClock } from '../../protocol/clock.ts';
import type { Author, EntryFrame } from '../../protocol/frames.ts';
import { type Have, haveToRecord } from '../../protocol/have.ts';
import { guestId, type ReplicaId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { parseMessagePayload } from '../../protocol/payloads.ts';
import { haveWithin, type Logged, lacking, mergeEntries } from './log.ts';
import { metaOf } from './meta.ts';
import { ACK_MEMBERS, authorOf, isLinked, presentOthers } from './paths.ts';
import type { Effect, Stamp, State, Step, Via } from './state.ts';
import { change, emit, sequence } from './turn.ts';

/** Acks wait this long for company, ms. */
const ACK_BATCH = 1_000;
/** A page that has not come by then is asked for again at the next gap, ms. */
const PAGE_ANSWERED_WITHIN = 10_000;
/** Bytes of entries in one frame on a link, leaving room for the rest of the frame. */
const LINK_CHUNK = 64 * 1024;

/** Takes entries from any path: merged once, shown once, acknowledged, stored. */
export function receive(step: Step, via: Via, frames: readonly EntryFrame[], stamp: Stamp): Step {
  const { state } = step;
  // The relay has judged clock and author; a peer's word is taken for neither, nor for what I am to say next.
  const believable = ({ entry }: EntryFrame) =>
    via === 'relay' ||
    (entry.clock[0] <= stamp.at + state.skew + LIMITS.clockAhead &&
      !(entry.replica === state.self && entry.seq > state.seq));
  const timely = frames.filter(believable);
  const logged = timely.map((frame): Logged => ({ entry: frame.entry, author: authorFor(state, via, frame) }));
  const { log, added } = mergeEntries(step.state.log, logged);
  const clock = timely.reduce((seen, { entry }) => mergeClock(seen, entry.clock), step.state.clock);
  return sequence(
    change(step, { log, clock }),
    (next) => (via === 'relay' ? follow(next, frames, stamp) : next),
    (next) => oweAcks(next, timely, stamp),
    (next) => markNew(next, added),
    (next) => (added.length > 0 ? persistEntries(next, added) : next),
  );
}

function authorFor(state: State, via: Via, { entry, author }: EntryFrame): Author {
  const trusted = via === 'relay' || (author?.user === guestId(entry.replica) && !state.members.has(entry.replica));
  return author && trusted ? author : authorOf(state, entry.replica);
}

/** A page of the relay's log: entries, and the point this copy now follows it from. */
export function receivePage(
  step: Step,
  frames: readonly EntryFrame[],
  more: boolean,
  epoch: string,
  stamp: Stamp,
): Step {
  const next = receive(step, 'relay', frames, stamp);
  const { relay } = next.state;
  if (relay.state !== 'joined' || relay.position.epoch !== epoch) return next;
  const grew = next.state.log !== step.state.log;
  const first = frames[0]?.offset;
  const last = frames[frames.length - 1]?.offset;
  if (first === undefined || last === undefined) return change(next, { relay: { ...relay, fetchedAt: undefined } });
  if (last < relay.position.offset) {
    const back = change(next, { relay: { ...relay, fetchedAt: undefined } });
    return more && grew ? fetchPage(back, { before: first }, stamp) : back;
  }
  const caught = change(next, { relay: { ...relay, position: { epoch, offset: last }, fetchedAt: undefined } });
  return more ? fetchPage(caught, { after: last }, stamp) : caught;
}

/** Asks the relay for a page, one at a time: what follows the point up to which this copy is whole, or older ones. */
export function fetchPage(
  step: Step,
  at: { readonly after: number } | { readonly before: number },
  stamp: Stamp,
): Step {
  const { relay, self } = step.state;
  if (relay.state !== 'joined' || (relay.fetchedAt !== undefined && stamp.at - relay.fetchedAt < PAGE_ANSWERED_WITHIN))
    return step;
  return emit(change(step, { relay: { ...relay, fetchedAt: stamp.at } }), {
    type: 'send-relay',
    channel: self,
    frame: { v: 1, kind: 'fetch', ...at },
  });
}

/** Sends a linked replica what its `have` lacks, newest first, in chunks that fit a DataChannel message. */
export function catchUp(step: Step, replica: ReplicaId, have: Have): Step {
  const missing = lacking(step.state.log, have);
  const offered = have.size === 0 ? missing.slice(0, LIMITS.chunkEntries) : missing;
  return emit(
    step,
    ...chunks(offered).map(
      (entries): Effect => ({
        type: 'send-link',
        replica,
        frame: {
          v: 1,
          kind: 'entries',
          entries: entries.map(({ entry, author }) => ({ v: 1, entry, author })),
          more: false,
        },
      }),
    ),
  );
}

/** Gives a relay that has lost its log (or never had it) my own entries that it lacks, oldest first. */
export function restoreRelay(step: Step, relayHave: Have): Step {
  const { state } = step;
  const keeps = state.settings?.history ?? 0;
  const mine = lacking(state.log, relayHave, state.self).slice(0, keeps).reverse();
  const waiting = new Set(state.outbox.flatMap((item) => ('entry' in item ? [item.entry.id] : [])));
  return emit(
    step,
    ...mine
      .filter(({ entry }) => !waiting.has(entry.id))
      .map(
        ({ entry }): Effect => ({
          type: 'send-relay',
          channel: 'room',
          frame: { v: 1, entry },
        }),
      ),
  );
}

/** Sends the acks that are due: to each author alone, by the link or the relay. */
export function flushAcks(step: Step, stamp: Stamp): Step {
  const { state } = step;
  if (state.ackAt === undefined || state.ackAt > stamp.at) return step;
  const acks = [...state.ackDue].flatMap((author): Effect[] => {
    const ranges = state.log.have.get(author);
    if (!ranges) return [];
    const frame = { v: 1, kind: 'ack', ranges } as const;
    if (isLinked(state, author)) return [{ type: 'send-link', replica: author, frame }];
    return state.members.has(author) && state.relay.state === 'joined'
      ? [{ type: 'send-relay', channel: author, frame }]
      : [];
  });
  return emit(change(step, { ackDue: new Set(), ackAt: undefined }), ...acks);
}

export function myHave(state: State): ReturnType<typeof haveToRecord> {
  return haveToRecord(haveWithin(state.log, LIMITS.haveReplicas, state.self));
}

/** Moves the cursor along the relay's log while it comes without a gap; at a gap asks for what is missing. */
function follow(step: Step, frames: readonly EntryFrame[], stamp: Stamp): Step {
  let { relay, cursor } = step.state;
  if (relay.state !== 'joined') return step;
  let gap = false;
  for (const { entry, epoch, offset } of frames) {
    if (epoch !== relay.position.epoch || offset === undefined || offset <= relay.position.offset) continue;
    if (offset === relay.position.offset + 1) {
      relay = { ...relay, position: { epoch, offset } };
      cursor = { epoch, offset, id: entry.id };
    } else gap = true;
  }
  const next = change(step, { relay, cursor });
  return gap ? fetchPage(next, { after: relay.position.offset }, stamp) : next;
}

function oweAcks(step: Step, frames: readonly EntryFrame[], stamp: Stamp): Step {
  const present = new Set(presentOthers(step.state));
  return oweAcksTo(
    step,
    frames.map(({ entry }) => entry.replica).filter((replica) => present.has(replica)),
    stamp,
  );
}

/** Authors who will be told what I hold of theirs: also those who were away when it came. */
export function oweAcksTo(step: Step, authors: readonly ReplicaId[], stamp: Stamp): Step {
  const { state } = step;
  const owed = authors.filter((author) => author !== state.self && state.log.have.has(author));
  if (owed.length === 0 || state.count > ACK_MEMBERS) return step;
  return change(step, { ackDue: new Set([...state.ackDue, ...owed]), ackAt: state.ackAt ?? stamp.at + ACK_BATCH });
}

/** Marks new messages of others: unread count, divider, and an end to their authors' typing. */
function markNew(step: Step, added: readonly Logged[]): Step {
  const messages = added.filter(
    ({ entry }) =>
      entry.replica !== step.state.self && entry.kind === 'message' && parseMessagePayload(entry.payload).ok,
  );
  if (messages.length === 0) return step;
  const typing = new Map(step.state.typing);
  for (const { entry } of messages) typing.delete(entry.replica);
  const seen = step.state.visible;
  return change(step, {
    typing,
    unread: seen ? step.state.unread : step.state.unread + messages.length,
    firstUnread: seen ? step.state.firstUnread : (step.state.firstUnread ?? messages[0]?.entry.id),
  });
}

function persistEntries(step: Step, entries: readonly Logged[]): Step {
  return emit(step, {
    type: 'persist',
    changes: [
      { type: 'entries', entries },
      { type: 'meta', meta: metaOf(step.state) },
    ],
  });
}

function chunks(entries: readonly Logged[]): readonly (readonly Logged[])[] {
  const out: Logged[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const logged of entries) {
    const bytes = 400 + logged.entry.payload.length * 3;
    const current = out[out.length - 1];
    if (!current || size + bytes > LINK_CHUNK || current.length >= LIMITS.chunkEntries) {
      out.push([logged]);
      size = bytes;
    } else {
      current.push(logged);
      size += bytes;
    }
  }
  return out;
}
