import type { Entry } from '../protocol/entry.ts';
import type { EntryFrame } from '../protocol/frames.ts';
import { addRange, type Have, type Ranges } from '../protocol/have.ts';
import { type EntryId, guestId, type ReplicaId } from '../protocol/ids.ts';
import { payloadOf } from '../protocol/payloads.ts';
import type { Logged } from '../widget/core/log.ts';

export const NOW = 1_700_000_000_000;
export const SELF = 'me'.padEnd(22, '_') as ReplicaId;
/** Authors of a lively room. */
export const AUTHORS = Array.from({ length: 20 }, (_, i) => `author-${i}`.padEnd(22, '_') as ReplicaId);
export const TEXT = 'Shall we meet at the station at eight, or is half past better for you? '.padEnd(100, 'x');
export const KEY = { cert: 'k'.repeat(87), sig: 's'.repeat(86) };

/** What the authors say by turns, from the n-th on: as it comes off the wire, no two objects shared. */
export function said(from: number, count: number): readonly Logged[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const replica = AUTHORS[n % AUTHORS.length] ?? SELF;
    const seq = Math.floor(n / AUTHORS.length) + 1;
    const entry: Entry = {
      id: idOf(replica, seq),
      replica,
      seq,
      prev: null,
      clock: [NOW - 10_000_000 + n, 0],
      kind: 'message',
      payload: payloadOf({ kind: 'message', text: `${n} ${TEXT}` }),
      ...KEY,
    };
    return { entry, author: { user: guestId(replica), name: `Author ${n % AUTHORS.length}` } };
  });
}

export function idOf(replica: ReplicaId, seq: number): EntryId {
  return `${replica}${seq}`.padEnd(43, '_') as EntryId;
}

export function frameOf({ entry, author }: Logged): EntryFrame {
  return { v: 1, entry, author };
}

export function haveOf(entries: readonly Logged[]): Have {
  const have = new Map<ReplicaId, Ranges>();
  for (const { entry } of entries)
    have.set(entry.replica, addRange(have.get(entry.replica) ?? [], [entry.seq, entry.seq]));
  return have;
}
