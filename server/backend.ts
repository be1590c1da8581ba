import { parseChannel, presenceChannel, roomChannel } from '../protocol/channels.ts';
import { mergeClock } from '../protocol/clock.ts';
import { parseFrame } from '../protocol/frames.ts';
import type { RoomName } from '../protocol/ids.ts';
import { parseJson } from '../protocol/json.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { Elsewhere } from './bayeux/elsewhere.ts';
import type { Engine, EngineProxy, LocalEngine } from './engines/engine.ts';
import { FayeRedisEngine } from './engines/faye-redis/engine.ts';
import { MemoryEngine, type MemoryEngineOptions } from './engines/memory.ts';
import { RedisEngine } from './engines/redis.ts';
import { memoryAccounts, type OpenAccount, redisAccounts } from './limits/account.ts';
import type { Logger } from './observe/log.ts';
import { RedisNode, type SessionPorts } from './redis/node.ts';
import type { LogBounds } from './rooms/log.ts';
import { MemoryLogs } from './rooms/memory-logs.ts';
import { Registry } from './rooms/registry.ts';
import type { Rooms, RoomsPorts } from './rooms/rooms.ts';
import type { Settings } from './settings.ts';
import { keptSecret } from './trust/kept-secret.ts';
import { memoryRevocations, type RevocationStore, type Revocations } from './trust/revocations.ts';
import { randomText } from './trust/secrets.ts';

/** Where rooms' logs are, and how what is published reaches those who are elsewhere. */
export interface Backend {
  readonly registry: Registry;
  readonly ports: Pick<RoomsPorts, 'roster' | 'prepare' | 'share' | 'secret' | 'hostSecret' | 'keepRuling'>;
  readonly revocations: RevocationStore;
  /** Where limits that sessions share are counted. */
  readonly openAccount: OpenAccount;
  readonly createEngine: (proxy: EngineProxy) => Engine;
  /** Lets clients use their sessions at any process; undefined where there is one. */
  shareSessions(ports: SessionPorts): Elsewhere | undefined;
  /** Bytes that logs hold in this process. */
  logBytes(): number;
  /** What keeps the relay from taking entries; undefined when nothing does. */
  trouble(): string | undefined;
  /** Settles when it has been found out whether there is trouble. */
  start(): Promise<void>;
  /** Before the sessions here are ended: their clients are about to come to other processes. */
  handOver(): void;
  close(): void;
}

export interface BackendPorts {
  readonly settings: Settings;
  readonly engine: MemoryEngineOptions;
  readonly log: Logger;
  /** All that are known here, wherever they are kept. */
  readonly revocations: Revocations;
  readonly now: () => number;
  readonly rooms: () => Rooms;
}

/** ms that a relay waits for Redis before it listens. */
const START_MS = 2_000;
const HOST_SECRET_BYTES = 32;
/** Of a secret that is kept nowhere. */
const SECRET_BYTES = 32;

export function createBackend(ports: BackendPorts): Backend {
  const { redisUrl, engine } = ports.settings;
  return redisUrl !== undefined && engine !== 'memory' ? redisBackend(redisUrl, ports) : memoryBackend(ports);
}

function memoryBackend({ settings, engine, revocations, log }: BackendPorts): Backend {
  const logs = new MemoryLogs({
    bounds: boundsOf(settings),
    memory: settings.memory,
    randomEpoch: () => randomText(9),
    onEmpty: (name) => {
      const room = registry.find(name);
      if (room) registry.release(room);
    },
  });
  const registry: Registry = new Registry(logs);
  const secret = ownSecret(settings, log);
  const hostSecret = randomText(HOST_SECRET_BYTES);
  return {
    registry,
    // A process begins with empty logs: a replica that it has hosted must not number anew what others may still hold.
    ports: { secret: () => secret, hostSecret: () => hostSecret },
    revocations: memoryRevocations(revocations),
    openAccount: memoryAccounts,
    createEngine: (proxy) => new MemoryEngine(proxy, engine),
    shareSessions: () => undefined,
    logBytes: () => logs.bytes,
    trouble: () => undefined,
    start: () => Promise.resolve(),
    handOver: () => undefined,
    close: () => undefined,
  };
}

function redisBackend(url: string, { settings, engine, log, revocations, now, rooms }: BackendPorts): Backend {
  const isStock = settings.engine === 'faye-redis';
  let made: RedisEngine | undefined;
  const node: RedisNode = new RedisNode({
    ...{ url, relayKey: settings.relayKey, bounds: boundsOf(settings), log, revocations, now },
    trustsCursors: !isStock, // what was on its way when Redis went is lost
    deliver(name, frame, clock) {
      const room = registry.find(name);
      // Beyond what a relay takes no relay has written it: the room's clock would never come back.
      if (room && clock[0] <= now() + LIMITS.clockAhead) room.clock = mergeClock(room.clock, clock);
      made?.local.deliver(roomChannel(name), frame);
      rooms().heard(name, frame);
    },
    onLost: (name) => reset(name),
    publishHere(channel, payload) {
      if (!parseFrame(parseJson(payload)).ok) return;
      made?.local.deliver(channel, payload);
      const place = settings.history === 0 ? parseChannel(channel) : undefined;
      if (place?.ok && place.value.type === 'room') rooms().heard(place.value.room, payload);
    },
    listensTo: (topic) => made?.listensTo(topic) ?? false,
    rooms: () => registry.all(),
    find: (name) => registry.find(name),
    members: () => rooms().members,
    enforce: (room) => rooms().enforce(room),
  });
  const reset = (name: RoomName) =>
    made?.publishHere({ channel: presenceChannel(name), data: { v: 1, kind: 'reset' } });
  const registry: Registry = new Registry(node.logs, node.rulebooks);
  const createLocal = (proxy: EngineProxy): LocalEngine => {
    const options = { ...engine, newId: () => node.newId() };
    if (!isStock) return new MemoryEngine(proxy, options);
    const onError = (error: unknown) => log.error({ err: error }, 'faye-redis failed');
    const onRecovered = () => {
      for (const name of registry.all().keys()) reset(name);
    };
    return new FayeRedisEngine(
      proxy,
      { connections: node.connections, node: node.id, onError },
      { ...options, onRecovered },
    );
  };
  return {
    registry,
    revocations: node.revocations,
    openAccount: redisAccounts(node.connections.commands),
    ports: {
      roster: node.roster,
      prepare: (room) => node.prepare(room),
      share: (channel, frame) => node.share(channel, JSON.stringify(frame)),
      secret: () => node.secret,
      hostSecret: () => node.secret,
      keepRuling: node.rulebooks.keep,
    },
    createEngine(proxy) {
      made = new RedisEngine(proxy, node, createLocal(proxy));
      return made;
    },
    shareSessions: (sessions) => node.shareSessions(sessions),
    logBytes: () => 0,
    trouble: () => node.trouble && `Redis: ${node.trouble}`,
    start: () => node.started(START_MS),
    handOver: () => node.handOver(),
    close: () => node.close(),
  };
}

function ownSecret({ relayKey, dataFolder }: Settings, log: Logger): string {
  if (relayKey !== undefined) return relayKey;
  if (dataFolder !== undefined) return keptSecret(dataFolder);
  log.warn('the key ends with this process: set NATTER_DATA or NATTER_RELAY_KEY to have what it signs count after it');
  return randomText(SECRET_BYTES);
}

function boundsOf({ history, historyBytes, historyAge }: Settings): LogBounds {
  return { entries: history, bytes: historyBytes, age: historyAge };
}
