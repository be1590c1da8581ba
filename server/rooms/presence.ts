import type { FrameOf, Member } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { BIG_ROOM, type Crowd, countOf, everyone, isBig, type Membership, memberOf, type Room } from './room.ts';

/** How members hear of each other. */
export interface Messenger {
  /** To all in this process who are subscribed to the channel. */
  publish(channel: string, data: object): void;
  /** To one session, whatever it is subscribed to. */
  send(clientId: string, channel: string, data: object): void;
  unsubscribe(clientId: string, channel: string): void;
  /** Calls back once after `ms`; returns its cancel. */
  after(ms: number, run: () => void): () => void;
}

/**
 * Tells a room's members who comes and goes: each at once, or, in a big room, all of a second in one frame. What a
 * member is told does not grow with the number of those who come and go, only with time.
 */
export class Presence {
  private readonly messenger: Messenger;

  constructor(messenger: Messenger) {
    this.messenger = messenger;
  }

  /** Somebody is in the room now, or has changed. */
  joined(room: Room, member: Member): void {
    if (!room.crowd && !isBig(room)) return this.messenger.publish(room.presence, { v: 1, kind: 'join', member });
    const crowd = this.crowdOf(room);
    crowd.left.delete(member.replica);
    crowd.joined.delete(member.replica); // or it would not be the newest
    crowd.joined.set(member.replica, member);
  }

  /** Somebody is in the room no more. @param isCut its login holds no more; in a big room there are no links to close */
  left(room: Room, replica: ReplicaId, isCut: boolean): void {
    const frame: FrameOf<'leave'> = { v: 1, kind: 'leave', replica, ...(isCut ? { cut: true } : {}) };
    if (!room.crowd) return this.messenger.publish(room.presence, frame);
    const crowd = this.crowdOf(room);
    crowd.joined.delete(replica);
    crowd.left.add(replica);
  }

  /** The member listens to presence from now on: it hears of those who came and went since its join was answered. */
  catchUp(membership: Membership): void {
    const { visitor, room, told } = membership;
    if (!told) return;
    membership.told = undefined;
    const tell = (data: object) => this.messenger.send(visitor.clientId, room.presence, data);
    const gone = [...told.replicas].filter((replica) => !memberOf(room, replica));
    if (room.crowd) {
      if (gone.length > 0 || told.count !== countOf(room)) tell(crowdFrame(room, [], gone));
    } else if (told.replicas.size < told.count) tell(crowdFrame(room, everyone(room), gone));
    else {
      for (const member of everyone(room)) if (!told.replicas.has(member.replica)) tell({ v: 1, kind: 'join', member });
      for (const replica of gone) tell({ v: 1, kind: 'leave', replica });
    }
  }

  /** Nobody is left to be told. */
  emptied(room: Room): void {
    room.crowd?.flushing?.();
    room.crowd = undefined;
  }

  /** What is yet to be told; telling it begins with the first change of a second. */
  private crowdOf(room: Room): Crowd {
    const crowd: Crowd = room.crowd ?? { joined: new Map(), left: new Set(), flushing: undefined };
    room.crowd = crowd;
    crowd.flushing ??= this.messenger.after(BIG_ROOM.interval, () => this.flush(room, crowd));
    return crowd;
  }

  private flush(room: Room, crowd: Crowd): void {
    crowd.flushing = undefined;
    if (!isBig(room)) return this.settle(room, crowd);
    const joined = [...crowd.joined.values()].slice(-BIG_ROOM.shown);
    crowd.joined.clear();
    this.messenger.publish(room.presence, crowdFrame(room, joined, takeSome(crowd.left)));
    if (crowd.left.size > 0) this.crowdOf(room);
  }

  /** The room is big no more: everybody is told who is in it, and from now on each change at once. */
  private settle(room: Room, crowd: Crowd): void {
    room.crowd = undefined;
    while (crowd.left.size > LIMITS.crowd) {
      this.messenger.publish(room.presence, crowdFrame(room, [], takeSome(crowd.left)));
    }
    this.messenger.publish(room.presence, crowdFrame(room, everyone(room), takeSome(crowd.left)));
  }
}

function crowdFrame(room: Room, joined: readonly Member[], left: readonly ReplicaId[]): FrameOf<'crowd'> {
  return { v: 1, kind: 'crowd', count: countOf(room), joined, left };
}

/** Takes as many out as one frame may name. */
function takeSome(replicas: Set<ReplicaId>): readonly ReplicaId[] {
  const taken = [...replicas].slice(0, LIMITS.crowd);
  for (const replica of taken) replicas.delete(replica);
  return taken;
}
