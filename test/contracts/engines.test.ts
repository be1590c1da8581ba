import StockServer from 'faye/src/protocol/server.js';
import { createFaye } from '../../server/bayeux/faye.ts';
import type { EngineProxy } from '../../server/engines/engine.ts';
import { MemoryEngine } from '../../server/engines/memory.ts';
import { RedisEngine } from '../../server/engines/redis.ts';
import { Turn } from '../../server/engines/turn.ts';
import { createLogger } from '../../server/observe/log.ts';
import { RedisNode } from '../../server/redis/node.ts';
import { type RedisProcess, startRedis } from '../support/redis.ts';
import { distributedContract, engineContract, sinkContract } from './engine.ts';

function memory(timeout: number) {
  const turn = new Turn();
  const { proxy, engine, close } = createFaye(
    (made) => new MemoryEngine(made, { turn, queueBytes: 1024 * 1024 }),
    timeout,
  );
  return { proxy, engine, close };
}

/** Faye's own engine: what it passes is Faye's contract and not our idea of it. */
function stock(timeout: number) {
  const server = new StockServer({ timeout });
  const proxy = Reflect.get(server, '_engine') as EngineProxy;
  return { proxy, close: () => server.close() };
}

engineContract('memory', memory);
sinkContract('memory', memory);
engineContract('faye’s own', stock);

describe('by Redis', () => {
  let redis: RedisProcess;

  before(async () => {
    redis = await startRedis();
  });

  after(() => redis.close());

  const byRedis = async (timeout: number) => {
    let made: RedisEngine | undefined;
    const node = new RedisNode({
      url: redis.url,
      relayKey: undefined,
      bounds: { entries: 1, bytes: 1, age: 1 },
      log: createLogger('silent'),
      now: Date.now,
      deliver: () => undefined,
      onLost: () => undefined,
      publishHere: (channel, payload) => made?.local.deliver(channel, payload),
      channels: () => made?.local.channelNames() ?? [],
      rooms: () => [],
      find: () => undefined,
      members: () => ({ enterRemote: () => undefined, leaveRemote: () => undefined }),
    });
    const { proxy, close } = createFaye((its) => {
      made = new RedisEngine(its, node, { turn: new Turn(), queueBytes: 1024 * 1024 });
      return made;
    }, timeout);
    await node.started(2_000);
    if (!made) throw new Error('no engine');
    return {
      proxy,
      engine: made,
      close() {
        close();
        node.close();
      },
    };
  };

  engineContract('Redis', byRedis);
  distributedContract('Redis', byRedis);
});
