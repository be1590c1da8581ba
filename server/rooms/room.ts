import { presenceChannel, replicaChannel, roomChannel } from '../../protocol/channels.ts';
import { CLOCK_ZERO, type Clock } from '../../protocol/clock.ts';
import type { Member } from '../../protocol/frames.ts';
import type { EntryId, ReplicaId, RoomName } from '../../protocol/ids.ts';
import type { Log } from './log.ts';

/** Whoever speaks to the rooms: a Bayeux session, as far as they know it. */
export interface Visitor {
  readonly clientId: string;
  /** What joins of this session sign. */
  readonly nonce: string;
  readonly name: string | undefined;
  /** Names of the channels it is subscribed to. */
  readonly channels: Set<string>;
}

/** The end of a hosted replica's chain of entries. */
export interface Chain {
  readonly seq: number;
  readonly prev: EntryId | null;
}

/** A visitor's presence in a room through one replica. */
export interface Membership {
  readonly visitor: Visitor;
  readonly room: Room;
  member: Member;
  /** Whom the answer to its join named; kept until it is subscribed to presence and told who came and went meanwhile. */
  told: ReadonlySet<ReplicaId> | undefined;
  /** Set for a member without a key of its own: the relay makes its entries. */
  chain: Chain | undefined;
}

/** A room as this process knows it. */
export interface Room {
  readonly name: RoomName;
  readonly channel: string;
  readonly presence: string;
  readonly log: Log;
  readonly members: Map<ReplicaId, Membership>;
  /** The latest clock seen in the room. */
  clock: Clock;
}

export function createRoom(name: RoomName, log: Log): Room {
  return {
    name,
    log,
    channel: roomChannel(name),
    presence: presenceChannel(name),
    members: new Map(),
    clock: CLOCK_ZERO,
  };
}

export function ownChannel({ room, member }: Membership): string {
  return replicaChannel(room.name, member.replica);
}
