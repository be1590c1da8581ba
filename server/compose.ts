import { Router } from 'express';
import type { Result } from '../protocol/result.ts';
import { createBackend } from './backend.ts';
import { Acts, HOLD_SECONDS } from './bayeux/acts.ts';
import { createFaye } from './bayeux/faye.ts';
import { Front } from './bayeux/front.ts';
import { LoginWatch } from './bayeux/login-watch.ts';
import { Sessions } from './bayeux/sessions.ts';
import { SOCKET_BUFFER_BYTES } from './bayeux/socket.ts';
import { Upgrades } from './bayeux/upgrade.ts';
import { Turn } from './engines/turn.ts';
import { type Admit, admit } from './gate/origin.ts';
import { adminRoutes } from './http/admin.ts';
import { createAssets } from './http/assets.ts';
import { bayeuxRoute } from './http/bayeux.ts';
import { healthRoutes } from './http/health.ts';
import { metricsRoute } from './http/metrics.ts';
import { Limits } from './limits/limits.ts';
import { createLogger, type Logger } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import { Proxies } from './observe/proxies.ts';
import { Strangers } from './observe/strangers.ts';
import { Rooms } from './rooms/rooms.ts';
import type { Settings } from './settings.ts';
import { type Authenticate, accountChecker } from './trust/authenticate.ts';
import { Logins } from './trust/logins.ts';
import { Revocations } from './trust/revocations.ts';
import { readTokenKey } from './trust/token-key.ts';
import { type CheckToken, jwtChecker } from './trust/tokens.ts';

/** A relay's parts, put together. */
export interface Parts {
  readonly log: Logger;
  readonly router: Router;
  readonly upgrades: Upgrades;
  /** Has logins made until now hold no more (trust/revocations.ts, readTarget). */
  revoke(key: string): Promise<Result<undefined>>;
  /** Settles when the relay can take clients, or knows that it can't. */
  start(): Promise<void>;
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

export interface Given {
  readonly now: () => number;
  readonly logger: Logger | undefined;
  readonly authenticate: Authenticate | undefined;
}

export function composeRelay(settings: Settings, { now, logger, authenticate }: Given): Parts {
  const log = logger ?? createLogger(settings.log);
  const metrics = createMetrics();
  const turn = new Turn();
  const revocations = new Revocations();
  const backend = createBackend({
    ...{ settings, log, revocations, now, rooms: () => rooms },
    engine: {
      turn,
      queueBytes: SOCKET_BUFFER_BYTES,
      onCut: () => metrics.cut.inc(),
      onFlush: (deliveries, ms) => {
        metrics.delivered.inc(deliveries);
        metrics.fanOut.observe(ms / 1000);
      },
    },
  });
  const { registry } = backend;
  const limits = new Limits({
    settings,
    openAccount: backend.openAccount,
    now: () => performance.now(),
    onRefused: (scope) => metrics.limited(scope),
  });
  const faye = createFaye(backend.createEngine, HOLD_SECONDS);
  const { proxy, engine } = faye;
  const rooms: Rooms = new Rooms({
    ...backend.ports,
    registry,
    limits,
    settings,
    now,
    onEntry: () => metrics.entries.inc(),
    onReport: () => metrics.reports.inc(),
    messenger: {
      publish: (channel, data) => engine.publishHere({ channel, data }),
      send: (clientId, channel, data) => engine.send(clientId, { channel, data }),
      unsubscribe: (clientId, channel) => proxy.unsubscribe(clientId, channel),
      after(ms, run) {
        const timer = setTimeout(run, ms).unref();
        return () => clearTimeout(timer);
      },
    },
  });
  const sessions = new Sessions(faye, (session) => rooms.ended(session));
  const elsewhere = backend.shareSessions({
    receive: (messages, carrier, mayHold) => front.receive(messages, carrier, mayHold),
    socketGone: (socket) => sessions.socketGone(socket),
    restore: (clientId, messages) => engine.restore(clientId, messages),
  });
  const logins = new Logins({
    check: tokenChecker(settings, authenticate, {
      now,
      onError: (error) => log.warn({ err: error }, 'a login failed'),
    }),
    guests: settings.guests,
    revocations,
    store: backend.revocations,
    now,
  });
  const watch = new LoginWatch(sessions, logins, revocations);
  const revoke = (key: string) => backend.revocations.keep(key, now());
  const front: Front = new Front({
    elsewhere,
    faye,
    sessions,
    logins,
    limits,
    acts: new Acts(faye, rooms),
    metrics,
    now,
    onError: (error) => log.error({ err: error }, 'a message failed'),
  });
  const strangers = new Strangers(log);
  const proxies = new Proxies(settings.trustProxy, log);
  const admitted: Admit = (request) => {
    proxies.note(request);
    return strangers.note(request, admit(request, settings));
  };
  const upgrades = new Upgrades({ front, sessions, admit: admitted, limits, metrics, turn, elsewhere });
  const sweep = setInterval(() => {
    registry.sweep(now());
    revocations.sweep(now());
  }, SWEEP_MS).unref();
  metrics.watch({
    sessions: () => sessions.size,
    sockets: () => upgrades.sockets.size,
    rooms: () => registry.size,
    logBytes: () => backend.logBytes(),
    ready: () => (backend.trouble() === undefined ? 1 : 0),
    queueBytes: () => [...upgrades.sockets].reduce((sum, socket) => sum + socket.bufferedBytes(), engine.queuedBytes()),
  });

  let draining = false;
  const router = Router();
  router.use(healthRoutes(() => (draining ? 'closing' : backend.trouble())));
  router.use(metricsRoute({ registry: metrics.registry, policy: settings, adminToken: settings.adminToken }));
  router.use(adminRoutes({ adminToken: settings.adminToken, revoke }));
  router.use(bayeuxRoute({ front, admit: admitted, limits, metrics }));
  router.use(createAssets(settings));

  return {
    log,
    router,
    upgrades,
    revoke,
    start: () => backend.start(),
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
      limits.close();
      watch.stop();
      backend.handOver();
      sessions.endAll();
      faye.close();
      backend.close();
      metrics.registry.clear();
    },
  };
}

/** How tokens are checked; undefined where the relay takes none. */
function tokenChecker(
  { tokenKey, tokenAlg, tokenAudience }: Settings,
  authenticate: Authenticate | undefined,
  ports: { readonly now: () => number; readonly onError: (error: unknown) => void },
): CheckToken | undefined {
  const key = tokenKey === undefined ? undefined : readTokenKey(tokenKey, tokenAlg);
  const jwt = key?.ok ? jwtChecker({ ...ports, key: key.value, audience: tokenAudience }) : undefined;
  return authenticate ? accountChecker(authenticate, jwt, ports) : jwt;
}
