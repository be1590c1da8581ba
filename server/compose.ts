import { Router } from 'express';
import { Acts, HOLD_SECONDS } from './bayeux/acts.ts';
import { createFaye } from './bayeux/faye.ts';
import { Front } from './bayeux/front.ts';
import { Sessions } from './bayeux/sessions.ts';
import { SOCKET_BUFFER_BYTES } from './bayeux/socket.ts';
import { Upgrades } from './bayeux/upgrade.ts';
import { MemoryEngine } from './engines/memory.ts';
import { Turn } from './engines/turn.ts';
import { type Admit, admit } from './gate/origin.ts';
import { createAssets } from './http/assets.ts';
import { bayeuxRoute } from './http/bayeux.ts';
import { healthRoutes } from './http/health.ts';
import { metricsRoute } from './http/metrics.ts';
import { createLogger, type Logger } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import { Strangers } from './observe/strangers.ts';
import { MemoryLogs } from './rooms/memory-logs.ts';
import { Registry } from './rooms/registry.ts';
import { Rooms } from './rooms/rooms.ts';
import type { Settings } from './settings.ts';
import { randomText } from './trust/secrets.ts';

/** A relay's parts, put together. */
export interface Parts {
  readonly router: Router;
  readonly upgrades: Upgrades;
  /** A kept-alive connection must outlive a held connect, or a poll would meet a closing socket. */
  readonly keepAliveMs: number;
  /** Takes no more clients and answers what is held. */
  drain(): void;
  /** Whether some client is still to be answered or to say goodbye. */
  isBusy(): boolean;
  /** Cuts who is still there and frees everything. */
  close(): void;
}

/** ms between sweeps for entries that are too old. */
const SWEEP_MS = 60_000;

export function composeRelay(settings: Settings, now: () => number, given: Logger | undefined): Parts {
  const log = given ?? createLogger(settings.log);
  const metrics = createMetrics();
  const turn = new Turn();
  const faye = createFaye(
    (proxy) =>
      new MemoryEngine(proxy, {
        turn,
        queueBytes: SOCKET_BUFFER_BYTES,
        onCut: () => metrics.cut.inc(),
        onFlush: (deliveries, ms) => {
          metrics.delivered.inc(deliveries);
          metrics.fanOut.observe(ms / 1000);
        },
      }),
    HOLD_SECONDS,
  );
  const { proxy, engine } = faye;
  const logs = new MemoryLogs({
    bounds: { entries: settings.history, bytes: settings.historyBytes, age: settings.historyAge },
    memory: settings.memory,
    randomEpoch: () => randomText(9),
    onEmpty: (name) => {
      const room = registry.find(name);
      if (room) registry.release(room);
    },
  });
  const registry: Registry = new Registry(logs);
  const rooms = new Rooms({
    registry,
    settings,
    now,
    onEntry: () => metrics.entries.inc(),
    messenger: {
      publish: (channel, data) => proxy.publish({ channel, data }),
      send: (clientId, channel, data) => engine.send(clientId, { channel, data }),
      unsubscribe: (clientId, channel) => proxy.unsubscribe(clientId, channel),
      after(ms, run) {
        const timer = setTimeout(run, ms).unref();
        return () => clearTimeout(timer);
      },
    },
  });
  const sessions = new Sessions(faye, (session) => rooms.ended(session));
  const front = new Front({
    faye,
    sessions,
    acts: new Acts(faye, rooms),
    metrics,
    now,
    guests: settings.guests,
    onError: (error) => log.error({ err: error }, 'a message failed'),
  });
  const strangers = new Strangers(log);
  const admitted: Admit = (request) => strangers.note(request, admit(request, settings));
  const upgrades = new Upgrades({ front, sessions, admit: admitted, metrics, turn });
  const sweep = setInterval(() => registry.sweep(now()), SWEEP_MS).unref();
  metrics.watch({
    sessions: () => sessions.size,
    sockets: () => upgrades.sockets.size,
    rooms: () => registry.size,
    logBytes: () => logs.bytes,
    queueBytes: () => [...upgrades.sockets].reduce((sum, socket) => sum + socket.bufferedBytes(), engine.queuedBytes()),
  });

  let draining = false;
  const router = Router();
  router.use(healthRoutes(() => draining));
  router.use(metricsRoute({ registry: metrics.registry, policy: settings, adminToken: settings.adminToken }));
  router.use(bayeuxRoute({ front, admit: admitted, metrics }));
  router.use(createAssets(settings));

  return {
    router,
    upgrades,
    keepAliveMs: (HOLD_SECONDS + 10) * 1000,
    drain() {
      draining = true;
      front.drain();
      turn.end();
      upgrades.drain();
      sessions.releasePolls();
      log.info({ sessions: sessions.size }, 'closing');
    },
    isBusy: () => upgrades.sockets.size + front.pending > 0,
    close() {
      upgrades.close();
      clearInterval(sweep);
      sessions.endAll();
      faye.close();
      metrics.registry.clear();
    },
  };
}
