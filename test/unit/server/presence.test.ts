import { expect } from 'chai';
import type { ControlFrame, FrameOf, Member } from '../../../protocol/frames.ts';
import { guestId, type ReplicaId, type RoomName } from '../../../protocol/ids.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { Members } from '../../../server/rooms/members.ts';
import { MemoryLogs } from '../../../server/rooms/memory-logs.ts';
import { BIG_ROOM, createRoom, type Visitor } from '../../../server/rooms/room.ts';
import { GUEST } from '../../../server/trust/person.ts';
import { RelayKey } from '../../../server/trust/relay-key.ts';

const RELAY_KEY = new RelayKey('a relay');
const LOGS = new MemoryLogs({ bounds: { entries: 1, bytes: 1, age: 1 }, memory: 1, randomEpoch: () => 'e' });

/** A room whose members are made and unmade by number, with all that its presence channel carries. */
class Hall {
  readonly room = createRoom('hall' as RoomName, LOGS.open('hall' as RoomName));
  /** What the channel carried, to all. */
  readonly told: ControlFrame[] = [];
  /** What one visitor alone was told. */
  readonly whispered: ControlFrame[] = [];
  private readonly visitors = new Map<number, Visitor>();
  private due: (() => void) | undefined;
  private readonly members = new Members(
    {
      publish: (_channel, frame) => this.told.push(frame as ControlFrame),
      send: (_clientId, _channel, frame) => this.whispered.push(frame as ControlFrame),
      unsubscribe: () => undefined,
      after: (ms, run) => {
        expect([ms, this.due]).to.deep.equal([BIG_ROOM.interval, undefined]);
        this.due = run;
        return () => {
          this.due = undefined;
        };
      },
    },
    () => undefined,
  );

  get isWaiting(): boolean {
    return this.due !== undefined;
  }

  enter(n: number, name = `N${n}`): void {
    const visitor: Visitor = this.visitors.get(n) ?? {
      ...{ clientId: `c${n}`, nonce: '', name: undefined, person: GUEST, channels: new Set() },
    };
    this.visitors.set(n, visitor);
    const certificate = { text: '', until: 0, by: RELAY_KEY };
    this.members.enter(visitor, this.room, { member: { ...memberOf(n), name }, host: undefined, certificate });
  }

  leave(n: number): void {
    const membership = this.membership(n);
    this.members.leave(membership);
    this.visitors.delete(n);
  }

  enterAll(from: number, to: number): void {
    for (let n = from; n <= to; n += 1) this.enter(n);
  }

  leaveAll(from: number, to: number): void {
    for (let n = from; n <= to; n += 1) this.leave(n);
  }

  second(): void {
    const { due } = this;
    this.due = undefined;
    due?.();
  }

  /** What a member hears who subscribes to presence now, having been answered with these and this count. */
  catchUp(n: number, named: readonly number[], count: number): readonly ControlFrame[] {
    this.whispered.length = 0;
    const membership = this.membership(n);
    membership.told = { replicas: new Set(named.map(replicaOf)), count };
    this.members.catchUp(membership);
    return [...this.whispered];
  }

  /** The one crowd frame that was told since the last look. */
  crowd(): FrameOf<'crowd'> {
    const [frame, ...more] = this.told.splice(0);
    if (frame?.kind !== 'crowd' || more.length > 0) throw new Error(JSON.stringify([frame, ...more]).slice(0, 200));
    return frame;
  }

  private membership(n: number) {
    const visitor = this.visitors.get(n);
    const membership = visitor && this.members.find(visitor, this.room.name);
    if (!membership) throw new Error(`${n} is not there`);
    return membership;
  }
}

function replicaOf(n: number): ReplicaId {
  return `r${n}`.padEnd(22, '_') as ReplicaId;
}

function memberOf(n: number): Member {
  return { user: guestId(replicaOf(n)), name: `N${n}`, replica: replicaOf(n), rtc: false };
}

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

const kinds = (frames: readonly ControlFrame[]) => frames.map(({ kind }) => kind);

describe('presence in big rooms', () => {
  it('[CROWD-1] up to 100 each is told at once; from the 101st on, all of a second in one frame', () => {
    const hall = new Hall();
    hall.enterAll(1, 100);
    hall.leave(7);
    hall.enter(7);
    expect(new Set(kinds(hall.told))).to.deep.equal(new Set(['join', 'leave']));
    expect([hall.told.splice(0).length, hall.isWaiting]).to.deep.equal([102, false]);
    hall.enterAll(101, 103);
    hall.enter(5, 'Renamed');
    hall.leave(102);
    expect(hall.told).to.deep.equal([]);
    hall.second();
    expect(hall.crowd()).to.deep.equal({
      ...{ v: 1, kind: 'crowd', count: 102 },
      joined: [memberOf(101), memberOf(103), { ...memberOf(5), name: 'Renamed' }],
      left: [replicaOf(102)],
    });
    expect(hall.isWaiting).to.equal(false);
  });

  it('[CROWD-1] the newest 50 who came are named; 200 who left in a frame, the rest in the next', () => {
    const hall = new Hall();
    hall.enterAll(1, 700);
    hall.told.length = 0;
    hall.second();
    expect(hall.crowd()).to.deep.equal({
      v: 1,
      kind: 'crowd',
      count: 700,
      joined: numbers(651, 700).map(memberOf),
      left: [],
    });
    hall.leaveAll(1, 450);
    hall.enter(3);
    const left: ReplicaId[] = [];
    for (const expected of [LIMITS.crowd, LIMITS.crowd, 49]) {
      hall.second();
      const crowd = hall.crowd();
      expect([crowd.count, crowd.left.length]).to.deep.equal([251, expected]);
      left.push(...crowd.left);
    }
    expect(left).to.have.members(
      numbers(1, 450)
        .filter((n) => n !== 3)
        .map(replicaOf),
    );
    expect(hall.isWaiting).to.equal(false);
  });

  it('[CROWD-2] back at 100 all are told of all, with no more in a frame than it may name; then each by itself again', () => {
    const hall = new Hall();
    hall.enterAll(1, 600);
    hall.second();
    hall.told.length = 0;
    hall.leaveAll(1, 500);
    expect(hall.told).to.deep.equal([]);
    hall.enter(9);
    hall.leave(9);
    hall.second();
    const frames = hall.told.splice(0) as FrameOf<'crowd'>[];
    expect(frames.map(({ left, joined }) => [left.length, joined.length])).to.deep.equal([
      [200, 0],
      [200, 0],
      [100, 100],
    ]);
    expect(frames.map(({ count }) => count)).to.deep.equal([100, 100, 100]);
    expect(frames.flatMap(({ left }) => left)).to.have.members(numbers(1, 500).map(replicaOf));
    expect(frames.at(-1)?.joined).to.deep.equal(numbers(501, 600).map(memberOf));
    hall.leave(501);
    hall.enter(1);
    expect(kinds(hall.told)).to.deep.equal(['leave', 'join']);
    expect(hall.isWaiting).to.equal(false);
  });

  it('[CROWD-2] a member that goes and comes at the edge costs one frame a second, not one each time', () => {
    const hall = new Hall();
    hall.enterAll(1, 100);
    hall.told.length = 0;
    for (let times = 0; times < 50; times += 1) {
      hall.enter(101);
      hall.leave(101);
    }
    expect(hall.told).to.deep.equal([]);
    hall.second();
    expect(hall.crowd()).to.deep.include({ count: 100, left: [replicaOf(101)] });
  });

  it('[CROWD-1] a room that everybody has left waits for nothing', () => {
    const hall = new Hall();
    hall.enterAll(1, 101);
    hall.leaveAll(1, 101);
    expect([hall.isWaiting, hall.room.crowd]).to.deep.equal([false, undefined]);
    hall.told.length = 0;
    hall.enter(1);
    expect(kinds(hall.told)).to.deep.equal(['join']);
  });

  it('[CROWD-3] a join that named 50 of many is caught up with the count and with who of them has left', () => {
    const hall = new Hall();
    hall.enterAll(1, 150);
    const named = numbers(1, 50);
    expect(hall.catchUp(150, named, 150)).to.deep.equal([]);
    expect(hall.catchUp(150, named, 149)).to.deep.equal([{ v: 1, kind: 'crowd', count: 150, joined: [], left: [] }]);
    hall.leaveAll(3, 4);
    hall.enterAll(151, 152);
    expect(hall.catchUp(150, named, 150)).to.deep.equal([
      { v: 1, kind: 'crowd', count: 150, joined: [], left: [replicaOf(3), replicaOf(4)] },
    ]);
  });

  it('[CROWD-3] where the room is big no more by then, it is told everybody; a small room’s join is caught up one by one', () => {
    const hall = new Hall();
    hall.enterAll(1, 150);
    hall.leaveAll(1, 60);
    hall.second();
    const [crowd, ...more] = hall.catchUp(150, numbers(1, 50), 150);
    expect(more).to.deep.equal([]);
    expect(crowd).to.deep.equal({
      ...{ v: 1, kind: 'crowd', count: 90 },
      joined: numbers(61, 150).map(memberOf),
      left: numbers(1, 50).map(replicaOf),
    });
    expect(kinds(hall.catchUp(150, [1, ...numbers(62, 150)], 90))).to.deep.equal(['join', 'leave']);
  });
});
