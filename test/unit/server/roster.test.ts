import { expect } from 'chai';
import type { Redis } from 'ioredis';
import sinon from 'sinon';
import type { ReplicaId, RoomName, UserId } from '../../../protocol/ids.ts';
import { RedisRoster } from '../../../server/redis/roster.ts';
import { MemoryLogs } from '../../../server/rooms/memory-logs.ts';
import { createRoom, type Membership, type RemoteMember, type Room } from '../../../server/rooms/room.ts';

const bounds = { entries: 10, bytes: 1_000, age: 1_000 };
const logs = new MemoryLogs({ bounds, memory: 1_000, randomEpoch: () => 'epoch' });

/** What Redis has of a room with as many members at a relay. */
function membersOf(name: string, node: string, members: number): Record<string, string> {
  const all = Array.from({ length: members }, (_, n) => {
    const replica = `${name}-${n}`.padEnd(21, '_').padEnd(22, 'A') as ReplicaId;
    return [replica, `${node} ${JSON.stringify({ replica, user: `g-${replica}` as UserId, name: 'A', rtc: true })}`];
  });
  return Object.fromEntries(all);
}

describe('the roster of members in Redis', () => {
  /** Each with the members of one relay. */
  const setUp = async (given: Readonly<Record<string, Record<string, string>>>, living: () => readonly string[]) => {
    const stored = new Map(Object.entries(given));
    const ask = sinon.spy((_script: string, ..._more: unknown[]) => Promise.resolve(living()));
    const redis = {
      ...{ eval: ask, evalsha: ask, on: () => undefined },
      hgetall: (key: string) => Promise.resolve(stored.get(/\{rooms\/(.*)\}/.exec(key)?.[1] ?? '') ?? {}),
    };
    const members = {
      enterRemote: (room: Room, remote: RemoteMember) => void room.remote.set(remote.member.replica, remote),
      leaveRemote: (room: Room, replica: ReplicaId) => void room.remote.delete(replica),
    };
    const roster = new RedisRoster({
      redis: redis as unknown as Redis,
      ...{ node: 'own', members: () => members, onBehind: () => undefined },
    });
    const rooms = Object.keys(given).map((name) => createRoom(name as RoomName, logs.open(name as RoomName)));
    for (const room of rooms) await roster.ready(room);
    return { roster, rooms, asked: () => ask.callCount };
  };

  it('[RED-21] asks once which relays live, and about the members of those alone that do not', async () => {
    let living = ['alive', 'dying'];
    const given = { a: membersOf('a', 'alive', 500), b: membersOf('b', 'dying', 3), empty: {} };
    const { roster, rooms, asked } = await setUp(given, () => living);
    expect(rooms.map(({ remote }) => remote.size)).to.deep.equal([500, 3, 0]);
    await roster.reap(() => rooms);
    expect(asked()).to.equal(1);
    living = ['alive'];
    await roster.reap(() => rooms);
    expect(asked()).to.equal(1 + 1 + 3);
    await roster.reap(() => rooms);
    expect(asked(), 'they are still there: asked again').to.equal(1 + 2 * (1 + 3));
    rooms[1]?.remote.clear();
    for (let times = 0; times < 2; times += 1) await roster.reap(() => rooms);
    expect(asked(), 'nobody of the dead one is left').to.equal(1 + 2 * (1 + 3) + 2);
  });

  it('[RED-5] enters again whose entering was not heard here, until it is', async () => {
    const { roster, rooms, asked } = await setUp({ a: membersOf('a', 'own', 1) }, () => []);
    const [room] = rooms;
    const [[replica, value] = ['', '']] = Object.entries(membersOf('a', 'own', 1));
    if (!room) throw new Error('no room');
    const before = asked(); // nobody is here: Redis is told so
    const member = JSON.parse(value.slice('own '.length));
    room.members.set(replica as ReplicaId, { member } as Membership);
    await roster.resume(room);
    expect(asked()).to.equal(before + 1);
    roster.receive(room, `I${value}`);
    await roster.resume(room);
    expect(asked()).to.equal(before + 1);
  });

  it('[RED-21] goes through no members while all relays live', async () => {
    const { roster, rooms } = await setUp({ a: membersOf('a', 'alive', 5) }, () => ['alive']);
    const all = sinon.spy(() => rooms);
    await roster.reap(all);
    expect(all.callCount).to.equal(0);
  });

  it('[RED-21] asks nothing where nobody is elsewhere', async () => {
    const { roster, rooms, asked } = await setUp({ empty: {} }, () => []);
    await roster.reap(() => rooms);
    expect(asked()).to.equal(0);
  });
});
