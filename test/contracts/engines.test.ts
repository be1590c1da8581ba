import { expect } from 'chai';
import StockServer from 'faye/src/protocol/server.js';
import { createFaye } from '../../server/bayeux/faye.ts';
import type { EngineProxy, LocalEngine } from '../../server/engines/engine.ts';
import { FayeRedisEngine } from '../../server/engines/faye-redis/engine.ts';
import { MemoryEngine } from '../../server/engines/memory.ts';
import { RedisEngine } from '../../server/engines/redis.ts';
import { Turn } from '../../server/engines/turn.ts';
import { createLogger } from '../../server/observe/log.ts';
import { RedisNode } from '../../server/redis/node.ts';
import { eventually } from '../support/eventually.ts';
import { type RedisProcess, startRedis } from '../support/redis.ts';
import { type EngineUnderTest, engineContract } from './engine.ts';

const QUEUE_BYTES = 1024 * 1024;

function memory(timeout: number): EngineUnderTest {
  return createFaye((proxy) => new MemoryEngine(proxy, { turn: new Turn(), queueBytes: QUEUE_BYTES }), timeout);
}

/** Faye's own engine: what it passes is Faye's contract and not our idea of it. */
function stock(timeout: number): EngineUnderTest {
  const server = new StockServer({ timeout });
  const proxy = Reflect.get(server, '_engine') as EngineProxy;
  return { proxy, engine: undefined, close: () => server.close() };
}

const OURS = { isOurs: true, isImmediate: false, isDistributed: true };

engineContract({ name: 'memory', make: memory, ...OURS, isImmediate: true, isDistributed: false });
engineContract({ name: 'faye’s own', make: stock, isOurs: false, isImmediate: false, isDistributed: false });

describe('by Redis', () => {
  let redis: RedisProcess;

  before(async () => {
    redis = await startRedis();
  });

  after(() => redis.close());

  const shared = async (timeout: number, createLocal: (proxy: EngineProxy, node: RedisNode) => LocalEngine) => {
    let local: LocalEngine | undefined;
    const node = new RedisNode({
      url: redis.url,
      relayKey: undefined,
      bounds: { entries: 1, bytes: 1, age: 1 },
      trustsCursors: true,
      log: createLogger('silent'),
      now: Date.now,
      deliver: () => undefined,
      onLost: () => undefined,
      publishHere: (channel, payload) => local?.deliver(channel, payload),
      channels: () => local?.channelNames() ?? [],
      rooms: () => [],
      find: () => undefined,
      members: () => ({ enterRemote: () => undefined, leaveRemote: () => undefined }),
    });
    const faye = createFaye((proxy) => {
      local = createLocal(proxy, node);
      return new RedisEngine(proxy, node, local);
    }, timeout);
    await node.started(2_000);
    return {
      ...faye,
      close() {
        faye.close();
        node.close();
      },
    };
  };

  const byRedis = (timeout: number) =>
    shared(timeout, (proxy) => new MemoryEngine(proxy, { turn: new Turn(), queueBytes: QUEUE_BYTES }));

  const byFayeRedis = async (timeout: number) => {
    const made: FayeRedisEngine[] = [];
    const under = await shared(timeout, (proxy, { connections, id: node }) => {
      const ports = { connections, node, onError: (error: unknown) => setImmediate(() => Promise.reject(error)) };
      made.push(new FayeRedisEngine(proxy, ports, { queueBytes: QUEUE_BYTES }));
      return made[0] ?? expect.fail();
    });
    await eventually(() => expect(made.map(({ isWell }) => isWell)).to.deep.equal([true]));
    return under;
  };

  engineContract({ name: 'Redis', make: byRedis, ...OURS });
  engineContract({ name: 'faye-redis', make: byFayeRedis, ...OURS });
});
