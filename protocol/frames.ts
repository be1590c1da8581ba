import { type Clock, isClock } from './clock.ts';
import { contradict, type Entry, isSeq, parseEntry } from './entry.ts';
import type { KeyId } from './envelope.ts';
import { type Have, type HaveRecord, isRanges, parseHave, type Ranges } from './have.ts';
import { type EntryId, isEntryId, isReplicaId, isUserId, type ReplicaId, type UserId } from './ids.ts';
import { isRecord, isText } from './json.ts';
import { LIMITS } from './limits.ts';
import { cleanName } from './names.ts';
import { accept, type Result, refuse } from './result.ts';
import { isRole, type Role } from './roles.ts';
import { parseSignal, type Signal } from './signals.ts';

export const WIRE_VERSION = 1;

/** Who wrote an entry, as its certificate says. The relay stamps it for clients that read no certificates. */
export interface Author {
  readonly user: UserId;
  readonly name: string;
  /** Absent: a member like any other. */
  readonly role?: Role;
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
  /** What an encrypted payload says. Put there by the edge that has the key: it comes from no wire and goes to none. */
  readonly opened?: Opened;
}

/**
 * What became of an entry's payload in an encrypted room: it says this (JSON); its key is not held here; its key is, and does
 * not open it; it was not encrypted at all.
 */
export type Opened =
  | { readonly state: 'open'; readonly payload: string }
  | { readonly state: 'locked'; readonly key: KeyId }
  | { readonly state: 'damaged' }
  | { readonly state: 'plain' };

/**
 * Everything but single entries, by `kind`. `from` and `replica` of what passes the relay are stamped by the relay.
 *
 * | kind | travels on |
 * | --- | --- |
 * | join, leave | presence channel, from the relay alone |
 * | crowd | presence channel, from the relay alone: who came and went in a big room since the last one |
 * | reset | presence channel, from the relay alone: what it said of its log is not true any more; join anew |
 * | typing | presence channel, links |
 * | signal | replica channel; links of rooms without a relay, to be passed on |
 * | peers | links of rooms without a relay: whom the sender is linked with |
 * | proof | presence channel |
 * | report | presence channel, to the relay; own replica channel of moderators, from it; links |
 * | ack | replica channel, links: which of the receiver's entries the sender holds, and up to where it has read them |
 * | fetch | own replica channel: asks the relay for a page after or before an offset; links: for older than a clock |
 * | hello | links, replica channel: what the sender holds; the receiver sends what is missing |
 * | entries | own replica channel (a page of the relay's), links, replica channel (catch-up) |
 * | ping, pong, bye | links |
 */
export type ControlFrame = Stamped &
  (
    | { readonly kind: 'join'; readonly member: Member }
    /** `cut`: its login holds no more. Its links are to be closed, too. */
    | { readonly kind: 'leave'; readonly replica: ReplicaId; readonly cut?: true }
    | {
        readonly kind: 'crowd';
        readonly count: number;
        readonly joined: readonly Member[];
        readonly left: readonly ReplicaId[];
      }
    | { readonly kind: 'reset' }
    | { readonly kind: 'typing'; readonly replica?: ReplicaId; readonly on: boolean }
    | SignalFrame
    /** `now`: the sender's clock, ms since 1970, for someone whom it has invited. */
    | { readonly kind: 'peers'; readonly replicas: readonly ReplicaId[]; readonly now?: number }
    /** Two entries of one replica and number: neither is to be believed. */
    | { readonly kind: 'proof'; readonly entries: readonly EntryFrame[] }
    /** Asks moderators to look at a message. */
    | { readonly kind: 'report'; readonly target: EntryId; readonly reason?: string }
    /** `read`: the highest sequence number of the receiver's that the sender's visitor has seen. */
    | { readonly kind: 'ack'; readonly ranges: Ranges; readonly read?: number }
    | { readonly kind: 'fetch'; readonly after: number }
    | { readonly kind: 'fetch'; readonly before: number }
    | { readonly kind: 'fetch'; readonly below: Clock }
    | {
        readonly kind: 'entries';
        readonly entries: readonly EntryFrame[];
        readonly more: boolean;
        /** Of the relay's page. */
        readonly epoch?: string;
        /** Of a peer's answer to a fetch. */
        readonly below?: Clock;
      }
    /** `asks`: the sender wants the receiver's hello in return. */
    | { readonly kind: 'hello'; readonly author: Author; readonly have: HaveRecord; readonly asks?: boolean }
    | { readonly kind: 'ping'; readonly n: number }
    | { readonly kind: 'pong'; readonly n: number }
    | { readonly kind: 'bye' }
  );

/**
 * `session` names the link; `fingerprint` is that of the DTLS certificate that its sender brings to it, empty before it has
 * one. `cert` and `sig` show who says all this (seal.ts, `signalText`).
 */
export interface SignalFrame {
  readonly kind: 'signal';
  /** On a link: whom to pass it on to. */
  readonly to?: ReplicaId;
  readonly session: string;
  readonly signal: Signal;
  readonly fingerprint: string;
  readonly cert: string;
  readonly sig: string;
}

interface Stamped {
  readonly v: 1;
  /** Who sent what came to a replica's channel: the relay's stamp. */
  readonly from?: ReplicaId;
}

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
  const { from } = value;
  if (from !== undefined && !isReplicaId(from)) return refuse('malformed', 'from is a replica');
  const parse = Object.hasOwn(PARSERS, kind) ? PARSERS[kind as FrameKind] : undefined;
  if (!parse) return accept(undefined);
  const frame = parse(value);
  return frame.ok && from !== undefined ? accept({ ...frame.value, from }) : frame;
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
  if (value.role === undefined) return accept({ user: value.user, name });
  return isRole(value.role)
    ? accept({ user: value.user, name, role: value.role })
    : refuse('malformed', 'no such role');
}

export function parseMember(value: unknown): Result<Member> {
  const author = parseAuthor(value);
  if (!author.ok) return author;
  if (!isRecord(value) || !isReplicaId(value.replica)) return refuse('malformed', 'a member has a replica');
  return accept({ ...author.value, replica: value.replica, rtc: value.rtc === true });
}

/** Reads a list of members, as many as a big room's answers may name. */
export function parseMembers(value: unknown): Result<readonly Member[]> {
  if (!Array.isArray(value) || value.length > LIMITS.crowd) return refuse('malformed', 'members are a list');
  const members: Member[] = [];
  for (const item of value) {
    const member = parseMember(item);
    if (!member.ok) return member;
    members.push(member.value);
  }
  return accept(members);
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

const FINGERPRINT = /^[\w:. -]{0,256}$/;
const SIG_LENGTH = 86;

type Fields = Readonly<Record<string, unknown>>;

const PARSERS: { readonly [K in FrameKind]: (fields: Fields) => Result<FrameOf<K>> } = {
  join({ member }) {
    const parsed = parseMember(member);
    return parsed.ok ? accept({ v: 1, kind: 'join', member: parsed.value }) : parsed;
  },
  leave({ replica, cut }) {
    if (!isReplicaId(replica)) return refuse('malformed', 'who left?');
    return accept({ v: 1, kind: 'leave', replica, ...(cut === true ? { cut } : {}) });
  },
  typing({ replica, on }) {
    if (typeof on !== 'boolean') return refuse('malformed', 'typing is on or off');
    if (replica === undefined) return accept({ v: 1, kind: 'typing', on });
    return isReplicaId(replica) ? accept({ v: 1, kind: 'typing', replica, on }) : refuse('malformed', 'who types?');
  },
  crowd({ count, joined, left }) {
    const members = parseMembers(joined);
    if (!members.ok) return members;
    if (!isOffset(count) || !Array.isArray(left) || left.length > LIMITS.crowd || !left.every(isReplicaId))
      return refuse('malformed', 'a crowd has a count, who came and who left');
    return accept({ v: 1, kind: 'crowd', count, joined: members.value, left });
  },
  signal({ to, session, signal, fingerprint, cert, sig }) {
    if (!isText(session) || session.length === 0 || session.length > 64)
      return refuse('malformed', 'a signal has a session');
    if (!isText(fingerprint) || !FINGERPRINT.test(fingerprint)) return refuse('malformed', 'not a fingerprint');
    if (!isText(cert) || cert.length > LIMITS.certificateLength || !isText(sig) || sig.length !== SIG_LENGTH)
      return refuse('malformed', 'a signal is signed');
    if (to !== undefined && !isReplicaId(to)) return refuse('malformed', 'for whom?');
    const parsed = parseSignal(signal);
    if (!parsed.ok) return parsed;
    const signed = { session, signal: parsed.value, fingerprint, cert, sig };
    return accept({ v: 1, kind: 'signal', ...(to === undefined ? {} : { to }), ...signed });
  },
  peers({ replicas, now }) {
    if (!Array.isArray(replicas) || replicas.length > LIMITS.crowd || !replicas.every(isReplicaId))
      return refuse('malformed', 'peers are replicas');
    if (now !== undefined && !isOffset(now)) return refuse('malformed', 'now is a time');
    return accept({ v: 1, kind: 'peers', replicas, ...(now === undefined ? {} : { now }) });
  },
  proof({ entries }) {
    const frames = parseEntryFrames(entries, 2);
    if (!frames.ok) return frames;
    const [one, other] = frames.value;
    if (!one || !other || !contradict(one.entry, other.entry)) return refuse('malformed', 'a proof is two entries');
    return accept({ v: 1, kind: 'proof', entries: frames.value });
  },
  report({ target, reason }) {
    if (!isEntryId(target)) return refuse('malformed', 'a report is about an entry');
    if (reason === undefined) return accept({ v: 1, kind: 'report', target });
    return isText(reason) && reason.length <= LIMITS.reasonLength
      ? accept({ v: 1, kind: 'report', target, reason })
      : refuse('malformed', 'the reason is a short text');
  },
  ack({ ranges, read }) {
    if (!isRanges(ranges)) return refuse('malformed', 'an ack holds ranges');
    if (read !== undefined && !isSeq(read)) return refuse('malformed', 'read is a sequence number');
    return accept({ v: 1, kind: 'ack', ranges, ...(read === undefined ? {} : { read }) });
  },
  fetch({ after, before, below }) {
    if (isOffset(after) && before === undefined) return accept({ v: 1, kind: 'fetch', after });
    if (isOffset(before) && after === undefined) return accept({ v: 1, kind: 'fetch', before });
    if (isClock(below)) return accept({ v: 1, kind: 'fetch', below });
    return refuse('malformed', 'fetch names one place: after, before or below');
  },
  entries({ entries, more, epoch, below }) {
    const frames = parseEntryFrames(entries);
    if (!frames.ok) return frames;
    if (typeof more !== 'boolean') return refuse('malformed', 'entries say whether there are more');
    if (epoch !== undefined && !isEpoch(epoch)) return refuse('malformed', 'an epoch is a short text');
    if (below !== undefined && !isClock(below)) return refuse('malformed', 'below is a clock');
    const origin = epoch === undefined ? (below === undefined ? {} : { below }) : { epoch };
    return accept({ v: 1, kind: 'entries', entries: frames.value, more, ...origin });
  },
  hello({ author, have, asks }) {
    const parsed = parseAuthor(author);
    if (!parsed.ok) return parsed;
    const held = parseHave(have);
    if (!held.ok) return held;
    const hello = { v: 1, kind: 'hello', author: parsed.value, have: Object.fromEntries(held.value) } as const;
    return accept(asks === true ? { ...hello, asks } : hello);
  },
  reset: () => accept({ v: 1, kind: 'reset' }),
  ping: ({ n }) => (isOffset(n) ? accept({ v: 1, kind: 'ping', n }) : refuse('malformed', 'a ping has a number')),
  pong: ({ n }) => (isOffset(n) ? accept({ v: 1, kind: 'pong', n }) : refuse('malformed', 'a pong has a number')),
  bye: () => accept({ v: 1, kind: 'bye' }),
};

/** A hello's `have` as a map; the frame has been parsed, so its keys are replicas. */
export function haveOf(record: HaveRecord): Have {
  return new Map(Object.entries(record)) as unknown as Have;
}
