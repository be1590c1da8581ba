import { expect } from 'chai';
import { createFaye } from '../../server/bayeux/faye.ts';
import type { Engine, EngineProxy, LocalEngine } from '../../server/engines/engine.ts';
import { FayeRedisEngine } from '../../server/engines/faye-redis/engine.ts';
import { MemoryEngine } from '../../server/engines/memory.ts';
import { RedisEngine } from '../../server/engines/redis.ts';
import { Turn } from '../../server/engines/turn.ts';
import { createLogger } from '../../server/observe/log.ts';
import { RedisNode } from '../../server/redis/node.ts';
import { Revocations } from '../../server/trust/revocations.ts';
import { eventually } from './eventually.ts';

/** An engine that shares a Redis with others, behind Faye's own proxy. */
export interface SharedEngine {
  readonly proxy: EngineProxy;
  readonly engine: Engine;
  readonly node: RedisNode;
  close(): void;
}

const QUEUE_BYTES = 1024 * 1024;

export function redisEngine(url: string, timeout: number): Promise<SharedEngine> {
  return shareEngine(url, timeout, (proxy) => new MemoryEngine(proxy, { turn: new Turn(), queueBytes: QUEUE_BYTES }));
}

export interface FayeRedisUnderTest extends SharedEngine {
  readonly local: FayeRedisEngine;
  /** How often it has begun to use Redis. */
  recoveries(): number;
}

/** One that has begun to use Redis. Closing it throws what its stock engine has thrown. */
export async function fayeRedisEngine(url: string, timeout: number): Promise<FayeRedisUnderTest> {
  const made: FayeRedisEngine[] = [];
  const errors: unknown[] = [];
  let recoveries = 0;
  const shared = await shareEngine(url, timeout, (proxy, { connections, id: node }) => {
    const ports = { connections, node, onError: (error: unknown) => errors.push(error) };
    const engine = new FayeRedisEngine(proxy, ports, { queueBytes: QUEUE_BYTES, onRecovered: () => recoveries++ });
    made.push(engine);
    return engine;
  });
  const [local] = made;
  if (!local) throw new Error('no engine');
  await eventually(() => expect(local.isWell).to.equal(true));
  return {
    ...{ ...shared, local, recoveries: () => recoveries },
    close() {
      shared.close();
      expect(errors).to.deep.equal([]);
    },
  };
}

async function shareEngine(
  url: string,
  timeout: number,
  createLocal: (proxy: EngineProxy, node: RedisNode) => LocalEngine,
): Promise<SharedEngine> {
  let engine: RedisEngine | undefined;
  const node: RedisNode = new RedisNode({
    url,
    relayKey: undefined,
    bounds: { entries: 1, bytes: 1, age: 1 },
    trustsCursors: true,
    log: createLogger('silent'),
    revocations: new Revocations(),
    now: Date.now,
    deliver: () => undefined,
    onLost: () => undefined,
    publishHere: (channel, payload) => engine?.local.deliver(channel, payload),
    listensTo: (topic) => engine?.listensTo(topic) ?? false,
    rooms: () => new Map(),
    find: () => undefined,
    enforce: () => undefined,
    members: () => ({ enterRemote: () => undefined, leaveRemote: () => undefined }),
  });
  const faye = createFaye((proxy) => {
    engine = new RedisEngine(proxy, node, createLocal(proxy, node));
    return engine;
  }, timeout);
  await node.started(2_000);
  return {
    ...{ node, ...faye },
    close() {
      faye.close();
      node.close();
    },
  };
}
