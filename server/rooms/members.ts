import type { Member } from '../../protocol/frames.ts';
import type { RoomName } from '../../protocol/ids.ts';
import { type Membership, ownChannel, type Room, type Visitor } from './room.ts';

/** How members hear of each other. */
export interface Messenger {
  /** To all who are subscribed to the channel. */
  publish(channel: string, data: object): void;
  /** To one session, whatever it is subscribed to. */
  send(clientId: string, channel: string, data: object): void;
  unsubscribe(clientId: string, channel: string): void;
}

/** Who is in which room. A replica is in a room once, through the session that joined last. */
export class Members {
  private readonly byVisitor = new Map<Visitor, Map<RoomName, Membership>>();
  private readonly messenger: Messenger;
  private readonly onEmpty: (room: Room) => void;

  constructor(messenger: Messenger, onEmpty: (room: Room) => void) {
    this.messenger = messenger;
    this.onEmpty = onEmpty;
  }

  find(visitor: Visitor, room: RoomName): Membership | undefined {
    return this.byVisitor.get(visitor)?.get(room);
  }

  /** Puts a member into a room, or changes one; tells the others what is new to them. */
  enter(visitor: Visitor, room: Room, member: Member, hosted: boolean): Membership {
    const mine = this.find(visitor, room.name);
    if (mine?.member.replica === member.replica) return this.change(mine, member);
    const other = room.members.get(member.replica);
    if (other) this.displace(other);
    const chain = hosted ? { seq: 0, prev: null } : undefined;
    const membership: Membership = { visitor, room, member, told: undefined, chain };
    room.members.set(member.replica, membership);
    const rooms = this.byVisitor.get(visitor) ?? new Map<RoomName, Membership>();
    this.byVisitor.set(visitor, rooms.set(room.name, membership));
    if (mine) this.vacate(mine);
    if (!other || !isSame(other.member, member)) this.announce(room, member);
    return membership;
  }

  /** The member listens to presence from now on: it hears of those who came and went since its join was answered. */
  catchUp(membership: Membership): void {
    const { visitor, room, told } = membership;
    if (!told) return;
    membership.told = undefined;
    const tell = (data: object) => this.messenger.send(visitor.clientId, room.presence, data);
    for (const { member } of room.members.values()) if (!told.has(member.replica)) tell({ v: 1, kind: 'join', member });
    for (const replica of told) if (!room.members.has(replica)) tell({ v: 1, kind: 'leave', replica });
  }

  /** Takes a member out of its room and off the room's channels, and tells the others. */
  leave(membership: Membership): void {
    const { room } = membership;
    this.forget(membership);
    this.vacate(membership);
    if (room.members.size === 0) this.onEmpty(room);
  }

  /** The session has ended: it leaves every room. */
  end(visitor: Visitor): void {
    for (const membership of [...(this.byVisitor.get(visitor)?.values() ?? [])]) this.leave(membership);
  }

  private change(membership: Membership, member: Member): Membership {
    if (!isSame(membership.member, member)) this.announce(membership.room, member);
    membership.member = member;
    return membership;
  }

  /** The replica is in the room no more; its session may be there with another. */
  private vacate(membership: Membership): void {
    const { visitor, room, member } = membership;
    const own = ownChannel(membership);
    if (visitor.channels.delete(own)) this.messenger.unsubscribe(visitor.clientId, own);
    room.members.delete(member.replica);
    this.messenger.publish(room.presence, { v: 1, kind: 'leave', replica: member.replica });
  }

  /** Another session came with the same replica: this one is out, and only this one is told. */
  private displace(membership: Membership): void {
    const { visitor, room, member } = membership;
    this.forget(membership);
    this.messenger.send(visitor.clientId, room.presence, { v: 1, kind: 'leave', replica: member.replica });
  }

  private forget(membership: Membership): void {
    const { visitor, room } = membership;
    const rooms = this.byVisitor.get(visitor);
    rooms?.delete(room.name);
    if (rooms?.size === 0) this.byVisitor.delete(visitor);
    for (const channel of [room.channel, room.presence, ownChannel(membership)]) {
      if (visitor.channels.delete(channel)) this.messenger.unsubscribe(visitor.clientId, channel);
    }
  }

  private announce(room: Room, member: Member): void {
    this.messenger.publish(room.presence, { v: 1, kind: 'join', member });
  }
}

function isSame(a: Member, b: Member): boolean {
  return a.user === b.user && a.name === b.name && a.rtc === b.rtc;
}
