import type { RoomName } from '../../protocol/ids.ts';
import { connectRedis } from '../../server/redis/connection.ts';
import { RedisLog } from '../../server/redis/log.ts';
import type { LogBounds } from '../../server/rooms/log.ts';
import { MemoryLogs } from '../../server/rooms/memory-logs.ts';
import { randomText } from '../../server/trust/secrets.ts';
import { type RedisProcess, startRedis } from '../support/redis.ts';
import { type LogUnderTest, logContract } from './log.ts';

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
    const ports = { redis: commands, bounds, trustsCursors: true, deliver: () => undefined, onLost: () => undefined };
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
});
