import { expect } from 'chai';
import type { RoomName } from '../../protocol/ids.ts';
import { connectRedis } from '../../server/redis/connection.ts';
import { RedisLog } from '../../server/redis/log.ts';
import type { LogBounds } from '../../server/rooms/log.ts';
import { MemoryLogs } from '../../server/rooms/memory-logs.ts';
import { randomText } from '../../server/trust/secrets.ts';
import { type RedisProcess, startRedis } from '../support/redis.ts';
import { A, AUTHOR, entryOf, type LogUnderTest, logContract } from './log.ts';

const ROOM = 'room' as RoomName;

async function memory(bounds: LogBounds): Promise<LogUnderTest> {
  const randomEpoch = () => randomText(9);
  const open = () => new MemoryLogs({ bounds, memory: 1e9, randomEpoch }).open(ROOM);
  let log = open();
  return {
    get log() {
      return log;
    },
    async lose() {
      log = open();
    },
    close: () => Promise.resolve(),
  };
}

logContract('memory', memory);

describe('in Redis', () => {
  let redis: RedisProcess;

  before(async () => {
    redis = await startRedis();
  });

  after(() => redis.close());

  const inRedis = async (bounds: LogBounds): Promise<LogUnderTest> => {
    await redis.client.flushall();
    const { commands, close } = connectRedis(redis.url, () => undefined);
    await new Promise((resolve) => commands.once('ready', resolve));
    const ports = {
      redis: commands,
      bounds,
      trustsCursors: true,
      deliver: () => undefined,
      onLost: () => undefined,
      onBehind: () => undefined,
    };
    return {
      log: new RedisLog(ROOM, ports),
      async lose() {
        await redis.client.flushall();
      },
      async close() {
        close();
      },
    };
  };

  logContract('Redis', inRedis);

  it('[RED-19] entries under way when Redis loses its scripts are refused, and none comes before one sent earlier', async () => {
    const { log, close } = await inRedis({ entries: 100, bytes: 1e6, age: 1e6 });
    const append = (seq: number) => Promise.resolve(log.append(entryOf(A, seq), AUTHOR, 0));
    const answers = [await append(1)];
    await redis.client.script('FLUSH');
    answers.push(...(await Promise.all([2, 3, 4].map(append))));
    answers.push(...(await Promise.all([2, 3, 4].map(append))));
    const refused = { type: 'unavailable', offset: undefined };
    const found = answers.map((answer) => ({
      type: answer.type,
      offset: 'offset' in answer ? answer.offset : undefined,
    }));
    const taken = [1, 2, 3, 4].map((offset) => ({ type: 'appended', offset }));
    expect(found).to.deep.equal([taken[0], refused, refused, refused, ...taken.slice(1)]);
    await close();
  });
});
