import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import sinon from 'sinon';
import type { ReplicaId, RoomName, UserId } from '../../../protocol/ids.ts';
import { RedisRoster } from '../../../server/redis/roster.ts';
import { MemoryLogs } from '../../../server/rooms/memory-logs.ts';
import { createRoom, type Room } from '../../../server/rooms/room.ts';

const bounds = { entries: 10, bytes: 1_000, age: 1_000 };
const logs = new MemoryLogs({ bounds, memory: 1_000, randomEpoch: () => 'epoch' });

/** A room with as many members at a relay. */
function roomOf(name: string, node: string, members: number): Room {
  const room = createRoom(name as RoomName, logs.open(name as RoomName));
  for (let n = 0; n < members; n += 1) {
    const replica = `${name}-${n}`.padEnd(22, '_') as ReplicaId;
    room.remote.set(replica, { node, member: { replica, user: `g-${replica}` as UserId, name: 'A', rtc: true } });
  }
  return room;
}

describe('the roster of members in Redis', () => {
  it('[RED-21] asks once which relays live, and about the members of those alone that do not', async () => {
    const redis = Object.assign(new EventEmitter(), { eval: sinon.stub(), evalsha: sinon.stub() });
    redis.eval.resolves(['alive']);
    redis.evalsha.resolves(['alive']);
    const members = () => ({ enterRemote: () => undefined, leaveRemote: () => undefined });
    const roster = new RedisRoster({
      redis: redis as unknown as Redis,
      node: 'own',
      members,
      onBehind: () => undefined,
    });
    const asked = () => redis.eval.callCount + redis.evalsha.callCount;
    await roster.reap([roomOf('a', 'alive', 500), roomOf('b', 'alive', 500), roomOf('empty', 'alive', 0)]);
    expect(asked()).to.equal(1);
    await roster.reap([roomOf('a', 'alive', 500), roomOf('b', 'dead', 3)]);
    expect(asked()).to.equal(1 + 1 + 3);
    await roster.reap([roomOf('empty', 'alive', 0)]);
    expect(asked()).to.equal(1 + 1 + 3);
  });
});
