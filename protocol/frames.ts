import { type Entry, parseEntry } from './entry.ts';
import { type Have, type HaveRecord, isRanges, parseHave, type Ranges } from './have.ts';
import { isReplicaId, isUserId, type ReplicaId, type UserId } from './ids.ts';
import { isRecord, isText } from './json.ts';
import { LIMITS } from './limits.ts';
import { cleanName } from './names.ts';
import { accept, type Result, refuse } from './result.ts';
import { parseSignal, type Signal } from './signals.ts';

export const WIRE_VERSION = 1;

/** Who wrote an entry, as the relay stamps it or a peer reports it. */
export interface Author {
  readonly user: UserId;
  readonly name: string;
}

/** Someone present in a room: one running replica of a user. */
export interface Member extends Author {
  readonly replica: ReplicaId;
  /** False where the client can't open links (no WebRTC, or a plain Bayeux client). */
  readonly rtc: boolean;
}

/** An entry under way. `epoch` and `offset` are its place in the relay's log; absent with history off and on links. */
export interface EntryFrame {
  readonly v: 1;
  readonly entry: Entry;
  readonly author?: Author;
  readonly epoch?: string;
  readonly offset?: number;
}

/**
 * Everything but single entries, by `kind`. `from` and `replica` of what passes the relay are stamped by the relay.
 *
 * | kind | travels on |
 * | --- | --- |
 * | join, leave | presence channel, from the relay alone |
 * | typing | presence channel, links |
 * | signal | replica channel |
 * | ack | replica channel, links: which of the receiver's entries the sender holds |
 * | fetch | own replica channel: asks the relay for a page after or before an offset |
 * | entries | own replica channel (a page), links (catch-up) |
 * | hello, ping, pong, bye | links |
 */
export type ControlFrame =
  | { readonly v: 1; readonly kind: 'join'; readonly member: Member }
  | { readonly v: 1; readonly kind: 'leave'; readonly replica: ReplicaId }
  | { readonly v: 1; readonly kind: 'typing'; readonly replica?: ReplicaId; readonly on: boolean }
  | {
      readonly v: 1;
      readonly kind: 'signal';
      readonly from?: ReplicaId;
      readonly session: string;
      readonly signal: Signal;
    }
  | { readonly v: 1; readonly kind: 'ack'; readonly from?: ReplicaId; readonly ranges: Ranges }
  | { readonly v: 1; readonly kind: 'fetch'; readonly after?: number; readonly before?: number }
  | {
      readonly v: 1;
      readonly kind: 'entries';
      readonly entries: readonly EntryFrame[];
      readonly more: boolean;
      readonly epoch?: string;
    }
  | { readonly v: 1; readonly kind: 'hello'; readonly author: Author; readonly have: HaveRecord }
  | { readonly v: 1; readonly kind: 'ping'; readonly n: number }
  | { readonly v: 1; readonly kind: 'pong'; readonly n: number }
  | { readonly v: 1; readonly kind: 'bye' };

export type Frame = EntryFrame | ControlFrame;
export type FrameKind = ControlFrame['kind'];
export type FrameOf<K extends FrameKind> = Extract<ControlFrame, { kind: K }>;

export function isEntryFrame(frame: Frame): frame is EntryFrame {
  return 'entry' in frame;
}

/** Reads a frame. An unknown kind (of a newer version) is accepted as undefined: ignore it. */
export function parseFrame(value: unknown): Result<Frame | undefined> {
  if (!isRecord(value) || value.v !== WIRE_VERSION) return refuse('malformed', 'a frame is an object of version 1');
  if (value.entry !== undefined) return parseEntryFrame(value);
  const { kind } = value;
  if (!isText(kind)) return refuse('malformed', 'a frame has a kind');
  const parse = Object.hasOwn(PARSERS, kind) ? PARSERS[kind as FrameKind] : undefined;
  return parse ? parse(value) : accept(undefined);
}

export function parseEntryFrame(value: unknown): Result<EntryFrame> {
  if (!isRecord(value) || value.v !== WIRE_VERSION) return refuse('malformed', 'a frame is an object of version 1');
  const entry = parseEntry(value.entry);
  if (!entry.ok) return entry;
  const { author, epoch, offset } = value;
  const frame: { v: 1; entry: Entry; author?: Author; epoch?: string; offset?: number } = { v: 1, entry: entry.value };
  if (author !== undefined) {
    const parsed = parseAuthor(author);
    if (!parsed.ok) return parsed;
    frame.author = parsed.value;
  }
  if (epoch !== undefined) {
    if (!isEpoch(epoch)) return refuse('malformed', 'an epoch is a short text');
    frame.epoch = epoch;
  }
  if (offset !== undefined) {
    if (!isOffset(offset)) return refuse('malformed', 'an offset is a whole number');
    frame.offset = offset;
  }
  return accept(frame);
}

export function parseAuthor(value: unknown): Result<Author> {
  if (!isRecord(value)) return refuse('malformed', 'an author is an object');
  const name = cleanName(value.name);
  if (!isUserId(value.user) || name === undefined) return refuse('malformed', 'an author has a user and a name');
  return accept({ user: value.user, name });
}

export function parseMember(value: unknown): Result<Member> {
  const author = parseAuthor(value);
  if (!author.ok) return author;
  if (!isRecord(value) || !isReplicaId(value.replica)) return refuse('malformed', 'a member has a replica');
  return accept({ ...author.value, replica: value.replica, rtc: value.rtc === true });
}

export function isEpoch(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 64;
}

export function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Reads up to `limit` entry frames, refusing the whole list when one of them can't be read. */
export function parseEntryFrames(value: unknown, limit: number = LIMITS.chunkEntries): Result<readonly EntryFrame[]> {
  if (!Array.isArray(value) || value.length > limit) return refuse('malformed', `at most ${limit} entries`);
  const frames: EntryFrame[] = [];
  for (const item of value) {
    const frame = parseEntryFrame(item);
    if (!frame.ok) return frame;
    frames.push(frame.value);
  }
  return accept(frames);
}

type Fields = Readonly<Record<string, unknown>>;

const PARSERS: { readonly [K in FrameKind]: (fields: Fields) => Result<FrameOf<K>> } = {
  join({ member }) {
    const parsed = parseMember(member);
    return parsed.ok ? accept({ v: 1, kind: 'join', member: parsed.value }) : parsed;
  },
  leave({ replica }) {
    return isReplicaId(replica) ? accept({ v: 1, kind: 'leave', replica }) : refuse('malformed', 'who left?');
  },
  typing({ replica, on }) {
    if (typeof on !== 'boolean') return refuse('malformed', 'typing is on or off');
    if (replica === undefined) return accept({ v: 1, kind: 'typing', on });
    return isReplicaId(replica) ? accept({ v: 1, kind: 'typing', replica, on }) : refuse('malformed', 'who types?');
  },
  signal({ from, session, signal }) {
    if (!isText(session) || session.length === 0 || session.length > 64)
      return refuse('malformed', 'a signal has a session');
    if (from !== undefined && !isReplicaId(from)) return refuse('malformed', 'from is a replica');
    const parsed = parseSignal(signal);
    if (!parsed.ok) return parsed;
    return accept({ v: 1, kind: 'signal', ...(from === undefined ? {} : { from }), session, signal: parsed.value });
  },
  ack({ from, ranges }) {
    if (from !== undefined && !isReplicaId(from)) return refuse('malformed', 'from is a replica');
    if (!isRanges(ranges)) return refuse('malformed', 'an ack holds ranges');
    return accept({ v: 1, kind: 'ack', ...(from === undefined ? {} : { from }), ranges });
  },
  fetch({ after, before }) {
    if (isOffset(after) && before === undefined) return accept({ v: 1, kind: 'fetch', after });
    if (isOffset(before) && after === undefined) return accept({ v: 1, kind: 'fetch', before });
    return refuse('malformed', 'fetch names one offset: after or before');
  },
  entries({ entries, more, epoch }) {
    const frames = parseEntryFrames(entries);
    if (!frames.ok) return frames;
    if (typeof more !== 'boolean') return refuse('malformed', 'entries say whether there are more');
    if (epoch !== undefined && !isEpoch(epoch)) return refuse('malformed', 'an epoch is a short text');
    return accept({ v: 1, kind: 'entries', entries: frames.value, more, ...(epoch === undefined ? {} : { epoch }) });
  },
  hello({ author, have }) {
    const parsed = parseAuthor(author);
    if (!parsed.ok) return parsed;
    const held = parseHave(have);
    if (!held.ok) return held;
    return accept({ v: 1, kind: 'hello', author: parsed.value, have: Object.fromEntries(held.value) });
  },
  ping: ({ n }) => (isOffset(n) ? accept({ v: 1, kind: 'ping', n }) : refuse('malformed', 'a ping has a number')),
  pong: ({ n }) => (isOffset(n) ? accept({ v: 1, kind: 'pong', n }) : refuse('malformed', 'a pong has a number')),
  bye: () => accept({ v: 1, kind: 'bye' }),
};

/** A hello's `have` as a map; the frame has been parsed, so its keys are replicas. */
export function haveOf(record: HaveRecord): Have {
  return new Map(Object.entries(record)) as unknown as Have;
}
