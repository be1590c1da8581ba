import { type Clock, compareClocks, isClock } from './clock.ts';
import { type EntryId, isEntryId, isReplicaId, type ReplicaId } from './ids.ts';
import { isRecord, isText } from './json.ts';
import { LIMITS } from './limits.ts';
import { accept, type Result, refuse } from './result.ts';

/** What an entry does. A newer version may bring more: they are kept and passed on, not shown. */
export type EntryKind = 'message' | 'edit' | 'delete' | 'reaction' | 'moderation' | 'void' | (string & {});

/** The part of an entry that its id is a hash of (seal.ts), but for the payload's text. */
export interface EntryHeader {
  readonly replica: ReplicaId;
  /** 1, 2, 3 … within the replica, without gaps when sent. */
  readonly seq: number;
  /** The id of this replica's entry before it; null for the first. */
  readonly prev: EntryId | null;
  readonly clock: Clock;
  readonly kind: EntryKind;
}

/** An immutable, signed record in the room's log. `payload` is the exact JSON string that was hashed and signed. */
export interface Entry extends EntryHeader {
  readonly id: EntryId;
  readonly payload: string;
  /**
   * The certificate (certificate.ts) that says whose key signs. It is not part of what is hashed and signed: the same
   * entry may come with a later certificate of the same key.
   */
  readonly cert: string;
  /** base64url signature over `sealText` (P-256, SHA-256, IEEE P1363). */
  readonly sig: string;
}

const KIND = /^[a-z][a-z-]{0,31}$/;
const CERT = /^[\w.~-]+$/;
const SIG = /^[A-Za-z0-9_-]{86}$/;

/** The order in which every client shows entries: clock, then replica, then sequence. */
export function compareEntries(a: EntryHeader, b: EntryHeader): number {
  return compareClocks(a.clock, b.clock) || compareText(a.replica, b.replica) || a.seq - b.seq;
}

/** Reads an entry's shape. Whether its id is the hash of the rest, and its signature holds, is for the edge to check. */
export function parseEntry(value: unknown): Result<Entry> {
  if (!isRecord(value)) return refuse('malformed', 'an entry is an object');
  const { id, replica, seq, prev, clock, kind, payload, cert, sig } = value;
  if (!isEntryId(id)) return refuse('malformed', 'an entry has an id');
  if (!isReplicaId(replica)) return refuse('malformed', 'an entry names its replica');
  if (!isSeq(seq)) return refuse('malformed', 'an entry has a sequence number');
  if (prev !== null && !isEntryId(prev)) return refuse('malformed', 'an entry names the one before it');
  if (!isClock(clock)) return refuse('malformed', 'an entry has a clock');
  if (!isText(kind) || !KIND.test(kind)) return refuse('malformed', 'an entry has a kind');
  if (!isText(payload)) return refuse('malformed', 'an entry has a payload');
  if (payload.length > LIMITS.payloadLength) return refuse('too_large', 'the payload is too long');
  if (!isText(cert) || cert.length > LIMITS.certificateLength || !CERT.test(cert))
    return refuse('malformed', 'an entry says whose key signs it');
  if (!isText(sig) || !SIG.test(sig)) return refuse('malformed', 'an entry is signed');
  return accept({ id, replica, seq, prev, clock, kind, payload, cert, sig });
}

/** Whether one replica has given one number to both: a proof that it is not to be believed in either. */
export function contradict(a: Entry, b: Entry): boolean {
  return a.replica === b.replica && a.seq === b.seq && a.id !== b.id;
}

export function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
