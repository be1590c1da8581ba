import type { Member } from '../../protocol/frames.ts';
import type { ReplicaId, RoomName } from '../../protocol/ids.ts';
import type { Issued } from '../trust/certificates.ts';
import type { HostedReplica } from '../trust/replica.ts';
import { type Messenger, Presence } from './presence.ts';
import {
  type Drafts,
  type Membership,
  memberOf,
  ownChannel,
  type RemoteMember,
  type Room,
  type Visitor,
} from './room.ts';

/** Tells other processes who is in a room through this one. */
export interface Roster {
  entered(room: Room, member: Member): void;
  /** @param isCut its login holds no more */
  left(room: Room, replica: ReplicaId, isCut: boolean): void;
}

/** Who is about to be in a room. */
export interface Entrant {
  readonly member: Member;
  readonly certificate: Issued;
  /** For a member without a key of its own. */
  readonly host: HostedReplica | undefined;
}

/** For one process alone. */
const NOBODY_ELSE: Roster = { entered: () => undefined, left: () => undefined };

/** Of members who make their own entries. One for all: ten thousand empty maps are two megabytes. */
const NO_DRAFTS: Drafts = new Map();

/** Who is in which room. A replica is in a room once, through the session that joined last. */
export class Members {
  private readonly byVisitor = new Map<Visitor, Map<RoomName, Membership>>();
  private readonly messenger: Messenger;
  private readonly presence: Presence;
  private readonly onEmpty: (room: Room) => void;
  private readonly roster: Roster;

  constructor(messenger: Messenger, onEmpty: (room: Room) => void, roster: Roster = NOBODY_ELSE) {
    this.roster = roster;
    this.messenger = messenger;
    this.presence = new Presence(messenger);
    this.onEmpty = onEmpty;
  }

  find(visitor: Visitor, room: RoomName): Membership | undefined {
    return this.byVisitor.get(visitor)?.get(room);
  }

  /** Puts a member into a room, or changes one; tells the others what is new to them. */
  enter(visitor: Visitor, room: Room, { member, host, certificate }: Entrant): Membership {
    const mine = this.find(visitor, room.name);
    if (mine?.member.replica === member.replica) {
      mine.certificate = certificate;
      return this.change(mine, member);
    }
    const other = room.members.get(member.replica);
    const known = memberOf(room, member.replica);
    if (other) this.displace(other);
    room.remote.delete(member.replica);
    const chain = host && { host, seq: 0, prev: null };
    const drafts: Drafts = chain ? new Map() : NO_DRAFTS;
    const membership: Membership = { visitor, room, member, certificate, told: undefined, chain, drafts };
    room.members.set(member.replica, membership);
    const rooms = this.byVisitor.get(visitor) ?? new Map<RoomName, Membership>();
    this.byVisitor.set(visitor, rooms.set(room.name, membership));
    if (mine) this.vacate(mine);
    if (!known || !isSame(known, member)) this.presence.joined(room, member);
    this.roster.entered(room, member);
    return membership;
  }

  /** The member listens to presence from now on. */
  catchUp(membership: Membership): void {
    this.presence.catchUp(membership);
  }

  /** Takes a member out of its room and off the room's channels, and tells the others. */
  leave(membership: Membership): void {
    const { room } = membership;
    this.forget(membership);
    this.vacate(membership);
    this.releaseIfEmpty(room);
  }

  /** Takes a visitor out of the rooms it may not be in any more. */
  narrow(visitor: Visitor, mayStay: (room: RoomName) => boolean): void {
    for (const membership of [...(this.byVisitor.get(visitor)?.values() ?? [])]) {
      if (!mayStay(membership.room.name)) this.leave(membership);
    }
  }

  /** The session has ended: it leaves every room. */
  end(visitor: Visitor): void {
    for (const membership of [...(this.byVisitor.get(visitor)?.values() ?? [])]) this.leave(membership);
  }

  /** Somebody is in the room through another process, which has the last word: a session here with it is out. */
  enterRemote(room: Room, remote: RemoteMember): void {
    const { member } = remote;
    const known = memberOf(room, member.replica);
    const mine = room.members.get(member.replica);
    if (mine) {
      this.displace(mine);
      room.members.delete(member.replica);
    }
    room.remote.set(member.replica, remote);
    if (!known || !isSame(known, member)) this.presence.joined(room, member);
    if (mine) this.releaseIfEmpty(room);
  }

  leaveRemote(room: Room, replica: ReplicaId, isCut: boolean): void {
    if (room.remote.delete(replica)) this.presence.left(room, replica, isCut);
  }

  private releaseIfEmpty(room: Room): void {
    if (room.members.size > 0) return;
    this.presence.emptied(room);
    this.onEmpty(room);
  }

  private change(membership: Membership, member: Member): Membership {
    const isNew = !isSame(membership.member, member);
    membership.member = member;
    if (isNew) this.presence.joined(membership.room, member);
    if (isNew) this.roster.entered(membership.room, member);
    return membership;
  }

  /** The replica is in the room no more; its session may be there with another. */
  private vacate(membership: Membership): void {
    const { visitor, room, member } = membership;
    const own = ownChannel(membership);
    if (visitor.channels.delete(own)) this.messenger.unsubscribe(visitor.clientId, own);
    room.members.delete(member.replica);
    const isCut = visitor.ending !== undefined;
    this.presence.left(room, member.replica, isCut);
    this.roster.left(room, member.replica, isCut);
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
}

function isSame(a: Member, b: Member): boolean {
  return a.user === b.user && a.name === b.name && a.role === b.role && a.rtc === b.rtc;
}
