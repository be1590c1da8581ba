import { presenceChannel, replicaChannel, roomChannel } from '../../protocol/channels.ts';
import { CLOCK_ZERO, type Clock } from '../../protocol/clock.ts';
import type { Member } from '../../protocol/frames.ts';
import type { EntryId, ReplicaId, RoomName } from '../../protocol/ids.ts';
import type { Refused } from '../../protocol/result.ts';
import type { Issued } from '../trust/certificates.ts';
import type { Person } from '../trust/person.ts';
import type { HostedReplica } from '../trust/replica.ts';
import { Proofs } from './proofs.ts';
import type { RoomLog } from './room-log.ts';
import { Rulebook } from './rulebook.ts';

/** Whoever speaks to the rooms: a Bayeux session, as far as they know it. */
export interface Visitor {
  readonly clientId: string;
  /** What joins of this session sign. */
  readonly nonce: string;
  readonly name: string | undefined;
  /** Whom it speaks for; another one of the same user when its login was renewed. */
  readonly person: Person;
  /** Set where its login holds no more. */
  readonly ending?: Refused | undefined;
  /** Names of the channels it is subscribed to. */
  readonly channels: Set<string>;
}

/** A replica that the relay hosts, and the end of its chain of entries. */
export interface Chain {
  readonly host: HostedReplica;
  seq: number;
  prev: EntryId | null;
}

/** Where no log can tell: the newest drafts of a hosted replica, and the entries that stand for them. */
export type Drafts = Map<string, EntryId>;

/** A visitor's presence in a room through one replica. */
export interface Membership {
  readonly visitor: Visitor;
  readonly room: Room;
  member: Member;
  /** The newest of its replica. */
  certificate: Issued;
  /** What the answer to its join said; kept until it is subscribed to presence and told who came and went meanwhile. */
  told: { readonly replicas: ReadonlySet<ReplicaId>; readonly count: number } | undefined;
  /** Set for a member without a key of its own: the relay makes its entries. */
  chain: Chain | undefined;
  readonly drafts: Drafts;
}

/** Somebody who is in the room through another process. */
export interface RemoteMember {
  readonly member: Member;
  readonly node: string;
}

/** Who came and went in a big room and has not been told of yet. */
export interface Crowd {
  /** The newest last. */
  readonly joined: Map<ReplicaId, Member>;
  readonly left: Set<ReplicaId>;
  /** Set while a frame with them is due. */
  flushing: (() => void) | undefined;
}

/** Above so many `members` a room is big: joins name so many of them (`shown`), and changes are told each `interval` (ms). */
export const BIG_ROOM = { members: 100, shown: 50, interval: 1_000 } as const;

/** A room as this process knows it. */
export interface Room {
  readonly name: RoomName;
  readonly channel: string;
  readonly presence: string;
  readonly log: RoomLog;
  /** Those whose sessions are in this process. */
  readonly members: Map<ReplicaId, Membership>;
  /** Joins under way: what they have been told of the room must hold when they are in. */
  joining: number;
  /** Those whose sessions are in others. */
  readonly remote: Map<ReplicaId, RemoteMember>;
  /** Set from when the room is big until all who are left have been told of each other. */
  crowd: Crowd | undefined;
  /** The latest clock seen in the room. */
  clock: Clock;
  readonly proofs: Proofs;
  readonly rulebook: Rulebook;
}

export function createRoom(name: RoomName, log: RoomLog, rulebook: Rulebook = new Rulebook()): Room {
  return {
    name,
    log,
    rulebook,
    channel: roomChannel(name),
    presence: presenceChannel(name),
    members: new Map(),
    joining: 0,
    remote: new Map(),
    crowd: undefined,
    clock: CLOCK_ZERO,
    proofs: new Proofs(),
  };
}

export function ownChannel({ room, member }: Membership): string {
  return replicaChannel(room.name, member.replica);
}

export function countOf({ members, remote }: Room): number {
  return members.size + remote.size;
}

export function isBig(room: Room): boolean {
  return countOf(room) > BIG_ROOM.members;
}

/** Who is present through this replica. */
export function memberOf({ members, remote }: Room, replica: ReplicaId): Member | undefined {
  return (members.get(replica) ?? remote.get(replica))?.member;
}

/** Everyone present, or as many of them as are asked for. */
export function everyone({ members, remote }: Room, most: number = Number.POSITIVE_INFINITY): readonly Member[] {
  const named: Member[] = [];
  for (const all of [members, remote]) {
    for (const { member } of all.values()) {
      if (named.length >= most) return named;
      named.push(member);
    }
  }
  return named;
}
