import type { Redis } from 'ioredis';
import { type Member, parseMember } from '../../protocol/frames.ts';
import { isReplicaId, type ReplicaId, type RoomName } from '../../protocol/ids.ts';
import { parseJson } from '../../protocol/json.ts';
import type { Members, Roster } from '../rooms/members.ts';
import type { RemoteMember, Room } from '../rooms/room.ts';
import { NODES_KEY, roomKeys } from './keys.ts';
import { PULSE } from './pulse.ts';
import { CUT, ENTER, ENTER_AGAIN, LEAVE, LIVING, REAP } from './roster-scripts.ts';
import type { Script } from './script.ts';

/** ms that the other processes have to enter their members anew after Redis has forgotten them. */
const DOUBT_MS = 5_000;

export interface RosterPorts {
  readonly redis: Redis;
  readonly node: string;
  /** Where the rooms of this process learn of members of others. */
  readonly members: () => Pick<Members, 'enterRemote' | 'leaveRemote'>;
  /** Redis did not take a change: `resume` must compare. */
  onBehind(): void;
}

/** What is known of a room's members in Redis. */
interface Known {
  /** Those of this process whose entry has come back by the bus: what comes later from another node is newer. */
  readonly confirmed: Set<ReplicaId>;
  /** Members of other processes whom Redis has forgotten, and since when: those processes will enter them anew. */
  readonly doubtful: Map<ReplicaId, number>;
  /** Set while they are read: what the bus brings meanwhile is looked at afterwards. */
  loading: Change[] | undefined;
  /** Settles with the last of the readings that were asked for: one comes after the other. */
  read: Promise<boolean>;
  ready: Promise<boolean> | true;
}

interface Leave {
  readonly room: RoomName;
  readonly replica: ReplicaId;
  readonly isCut: boolean;
}

type Change =
  | { readonly type: 'in'; readonly remote: RemoteMember }
  | { readonly type: 'out'; readonly node: string; readonly replica: ReplicaId; readonly isCut: boolean };

/** Who is in a room through which process. The last to enter has a replica; the bus brings all changes in one order. */
export class RedisRoster implements Roster {
  private readonly ports: RosterPorts;
  private readonly rooms = new WeakMap<Room, Known>();
  /** Who has left without Redis having heard of it, by room and replica. */
  private readonly untold = new Map<string, Leave>();
  /** Rooms with doubtful members. */
  private readonly doubted = new Set<Room>();
  /** Processes through which others are here, until they have died and all of theirs have left. */
  private readonly others = new Set<string>();
  private silent = false;

  constructor(ports: RosterPorts) {
    this.ports = ports;
  }

  entered(room: Room, member: Member): void {
    const { members, bus } = roomKeys(room.name);
    this.untold.delete(`${members} ${member.replica}`);
    const value = `${this.ports.node} ${JSON.stringify(member)}`;
    void this.run(ENTER, [members], [member.replica, value, bus]);
  }

  left(room: Room, replica: ReplicaId, isCut: boolean): void {
    if (this.silent) return;
    this.rooms.get(room)?.confirmed.delete(replica);
    void this.tellLeave({ room: room.name, replica, isCut });
  }

  /** Tells Redis who has left while it was away, also from rooms in which nobody is any more. */
  async tellUntold(): Promise<void> {
    const { untold } = this;
    for (const leave of [...untold.values()]) await this.tellLeave(leave);
    if (untold.size > 0) throw new Error('Redis did not hear who has left');
  }

  /** Settles when the room's members of other processes are known; false: they can't be. */
  ready(room: Room): Promise<boolean> | true {
    const known = this.rooms.get(room);
    if (known) return known.ready;
    const fresh: Known = {
      ...{ confirmed: new Set(), doubtful: new Map(), loading: undefined },
      ...{ read: Promise.resolve(true), ready: true },
    };
    this.rooms.set(room, fresh);
    fresh.ready = this.load(room).then((loaded) => {
      if (loaded) fresh.ready = true;
      else this.rooms.delete(room);
      return loaded;
    });
    return fresh.ready;
  }

  /** From now on nobody is told who leaves: this process ends, and its members are about to come to others. */
  handOver(): void {
    this.silent = true;
  }

  /** The bus tells of a change. */
  receive(room: Room, message: string): void {
    const known = this.rooms.get(room);
    const change = readChange(message);
    if (!known || !change) return;
    if (known.loading) known.loading.push(change);
    else this.apply(room, known, change);
  }

  /** After a time of deafness: reads all anew, and enters again those of this process who have been forgotten. */
  async resume(room: Room): Promise<void> {
    if (this.rooms.has(room) && !(await this.load(room))) throw new Error('Redis did not say who is there');
  }

  /** Lets those leave whom Redis has forgotten and no process has entered anew. */
  endDoubts(): void {
    for (const room of [...this.doubted]) this.endDoubtsOf(room);
  }

  /**
   * Lets those leave whose process has died. Redis is asked once who lives, not for each member, and members are gone
   * through only where somebody has died: there may be thousands, and entries would wait behind them.
   */
  async reap(rooms: () => Iterable<Room>): Promise<void> {
    if (this.others.size === 0) return;
    const living = await this.living();
    const dead = new Set([...this.others].filter((node) => living?.has(node) === false));
    if (dead.size === 0) return;
    for (const node of dead) this.others.delete(node); // members of theirs who are still there bring them back
    for (const room of rooms()) this.reapRoom(room, dead);
  }

  /** Undefined where Redis is away. */
  private async living(): Promise<ReadonlySet<unknown> | undefined> {
    const nodes = await LIVING.run(this.ports.redis, [NODES_KEY], [PULSE.dead]).catch(() => undefined);
    return Array.isArray(nodes) ? new Set(nodes) : undefined;
  }

  private reapRoom(room: Room, dead: ReadonlySet<string>): void {
    for (const { member, node } of room.remote.values()) {
      if (!dead.has(node)) continue;
      this.others.add(node);
      const { members, bus } = roomKeys(room.name);
      void this.run(REAP, [members, NODES_KEY], [member.replica, node, bus, PULSE.dead]);
    }
  }

  private endDoubtsOf(room: Room): void {
    const doubtful = this.rooms.get(room)?.doubtful ?? new Map<ReplicaId, number>();
    for (const [replica, since] of doubtful) {
      if (performance.now() - since < DOUBT_MS) continue;
      doubtful.delete(replica);
      this.ports.members().leaveRemote(room, replica, false);
    }
    if (doubtful.size === 0) this.doubted.delete(room);
  }

  private enter(room: Room, remote: RemoteMember): void {
    this.others.add(remote.node);
    this.ports.members().enterRemote(room, remote);
  }

  private async tellLeave(leave: Leave): Promise<void> {
    const { redis, node, onBehind } = this.ports;
    const { members, bus } = roomKeys(leave.room);
    const key = `${members} ${leave.replica}`;
    this.untold.set(key, leave);
    try {
      await LEAVE.run(redis, [members], [leave.replica, node, bus, leave.isCut ? CUT : '']);
      if (this.untold.get(key) === leave) this.untold.delete(key);
    } catch {
      onBehind();
    }
  }

  private async load(room: Room): Promise<boolean> {
    const known = this.rooms.get(room);
    if (!known) return false;
    known.read = known.read.then(() => this.read(room, known));
    return known.read;
  }

  private async read(room: Room, known: Known): Promise<boolean> {
    known.loading = [];
    try {
      this.adopt(room, known, await this.ports.redis.hgetall(roomKeys(room.name).members));
      return true;
    } catch {
      return false; // Redis is away: whoever joins is told so
    } finally {
      const { loading } = known;
      known.loading = undefined;
      for (const change of loading ?? []) this.apply(room, known, change);
    }
  }

  private adopt(room: Room, known: Known, stored: Readonly<Record<string, string>>): void {
    const { node } = this.ports;
    const others = new Map<ReplicaId, RemoteMember>();
    for (const [replica, value] of Object.entries(stored)) {
      const remote = readRemote(value);
      if (!remote || !isReplicaId(replica)) continue;
      if (remote.node !== node) others.set(replica, remote);
      else if (!room.members.has(replica)) this.left(room, replica, false);
    }
    for (const replica of room.remote.keys()) {
      if (others.has(replica)) continue;
      known.doubtful.set(replica, performance.now());
      this.doubted.add(room);
    }
    for (const { member } of [...room.members.values()]) {
      const owner = readRemote(stored[member.replica] ?? '')?.node;
      if (owner === node) {
        // It was entered, and that was not heard here: nor would be who comes after it.
        if (!known.confirmed.has(member.replica)) void this.enterAgain(room, member);
        continue;
      }
      if (owner !== undefined && known.confirmed.delete(member.replica)) continue; // another has taken its place
      others.delete(member.replica);
      if (owner === undefined) void this.enterAgain(room, member);
      else this.entered(room, member);
    }
    for (const [replica, remote] of others) {
      known.doubtful.delete(replica);
      this.enter(room, remote);
    }
  }

  private apply(room: Room, known: Known, change: Change): void {
    const { node } = this.ports;
    if (change.type === 'in') {
      const { replica } = change.remote.member;
      const isMine = room.members.has(replica);
      known.doubtful.delete(replica);
      if (change.remote.node === node) {
        if (isMine) known.confirmed.add(replica);
      } else if (!isMine || known.confirmed.delete(replica)) this.enter(room, change.remote);
      return;
    }
    const mine = room.members.get(change.replica);
    if (change.node !== node) {
      if (room.remote.get(change.replica)?.node === change.node) {
        this.ports.members().leaveRemote(room, change.replica, change.isCut);
      }
    } else if (mine) void this.enterAgain(room, mine.member); // taken for dead, and lives
  }

  /** A session here may be one that its client has left for another process, where it has the last word. */
  private async enterAgain(room: Room, member: Member): Promise<void> {
    const { members, bus } = roomKeys(room.name);
    const { node } = this.ports;
    const value = `${node} ${JSON.stringify(member)}`;
    const other = await this.run(ENTER_AGAIN, [members], [member.replica, value, bus, node]);
    const remote = typeof other === 'string' ? readRemote(other) : undefined;
    if (!remote || !room.members.has(member.replica)) return;
    this.rooms.get(room)?.confirmed.delete(member.replica);
    this.enter(room, remote);
  }

  private run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return script.run(this.ports.redis, keys, args).catch(() => this.ports.onBehind());
  }
}

/** `<node> <member as JSON>` */
function readRemote(value: string): RemoteMember | undefined {
  const at = value.indexOf(' ');
  const member = parseMember(parseJson(value.slice(at + 1)));
  return at > 0 && member.ok ? { node: value.slice(0, at), member: member.value } : undefined;
}

function readChange(message: string): Change | undefined {
  if (message.startsWith('I')) {
    const remote = readRemote(message.slice(1));
    return remote && { type: 'in', remote };
  }
  const [node = '', replica, more] = message.slice(1).split(' ');
  return isReplicaId(replica) ? { type: 'out', node, replica, isCut: more === CUT.trim() } : undefined;
}
