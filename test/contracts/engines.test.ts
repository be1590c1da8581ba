import StockServer from 'faye/src/protocol/server.js';
import { createFaye } from '../../server/bayeux/faye.ts';
import type { EngineProxy } from '../../server/engines/engine.ts';
import { MemoryEngine } from '../../server/engines/memory.ts';
import { Turn } from '../../server/engines/turn.ts';
import { type RedisProcess, startRedis } from '../support/redis.ts';
import { fayeRedisEngine, redisEngine } from '../support/shared-engines.ts';
import { engineContract } from './engine/contract.ts';
import type { EngineUnderTest } from './engine/kind.ts';

function memory(timeout: number): EngineUnderTest {
  return createFaye((proxy) => new MemoryEngine(proxy, { turn: new Turn(), queueBytes: 1024 * 1024 }), timeout);
}

/** Faye's own engine: what it passes is Faye's contract and not our idea of it. */
function stock(timeout: number): EngineUnderTest {
  const server = new StockServer({ timeout });
  const proxy = Reflect.get(server, '_engine') as EngineProxy;
  return { proxy, engine: undefined, close: () => server.close() };
}

const SHARED = { isOurs: true, isImmediate: false, isDistributed: true };

engineContract({ name: 'memory', make: memory, isOurs: true, isImmediate: true, isDistributed: false });
engineContract({ name: 'faye’s own', make: stock, isOurs: false, isImmediate: false, isDistributed: false });

describe('by Redis', () => {
  let redis: RedisProcess;

  before(async () => {
    redis = await startRedis();
  });

  after(() => redis.close());

  engineContract({ name: 'Redis', make: (timeout) => redisEngine(redis.url, timeout), ...SHARED });
  engineContract({ name: 'faye-redis', make: (timeout) => fayeRedisEngine(redis.url, timeout), ...SHARED });
});
