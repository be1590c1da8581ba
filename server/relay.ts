import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import express, { type ErrorRequestHandler, type Router } from 'express';
import { refuse } from '../protocol/result.ts';
import { composeRelay } from './compose.ts';
import { isPath, isSanePath } from './gate/url.ts';
import { BAYEUX_PATH } from './http/bayeux.ts';
import type { Logger } from './observe/log.ts';
import { contradictionIn, DEFAULTS, type Settings } from './settings.ts';
import type { Authenticate } from './trust/authenticate.ts';
import { type RevocationTarget, readTarget } from './trust/revocations.ts';

export interface RelayOptions extends Partial<Settings> {
  /** A pino logger to write to, instead of one of our own at level `log`. */
  readonly logger?: Logger;
  /** The wall clock, ms since 1970. */
  readonly now?: () => number;
  /** Says who has a token that is not a JWT of `tokenKey`'s; with no `tokenKey`, whoever has any token. */
  readonly authenticate?: Authenticate;
}

/** Where a relay listens. */
export interface Listening {
  readonly address: string;
  readonly port: number;
  /** `http://<address>:<port>` */
  readonly url: string;
}

/** A relay: on its own by `listen()`, or inside another server by `router` and `attach()`. */
export interface Relay {
  /** All HTTP routes, to be mounted at the root of an Express app: `app.use(relay.router)`. */
  readonly router: Router;
  /** Takes the WebSocket upgrades of `/bayeux` on an integrator's server and leaves all others alone. */
  attach(server: Server): void;
  /** Listens on `host` and `port`. Rejects with the system's error, such as EADDRINUSE. */
  listen(): Promise<Listening>;
  /**
   * Has logins hold no more: every one that the user got until now, or those of one login session. Live sessions are cut at
   * once, at every relay on the same Redis, and their tokens are refused (`token_revoked`) for as long as they would have
   * held; a relay without Redis forgets that when it ends. Tokens made more than 2 s later hold. Rejects with a TypeError
   * for anything else than one user or one session, and with an Error where Redis can't keep it now: try again.
   */
  revoke(target: RevocationTarget): Promise<void>;
  /** Tells the clients, ends their connections and stops all timers, within 5 s. Idempotent. */
  close(): Promise<void>;
}

/** Slow senders are cut: ms for a request's head, for all of it, and between looks at them. */
const SLOW = { headersTimeout: 8_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };
/** ms that clients have to say goodbye before they are cut. */
const GOODBYE_MS = 2_000;
const GOODBYE_STEP_MS = 20;

/**
 * Makes a relay from the defaults and what is given. Nothing listens before it is asked to.
 * @throws TypeError where settings do not fit together, such as `engine: 'redis'` without `redisUrl`
 */
export function createRelay(options: RelayOptions = {}): Relay {
  const { logger, now = Date.now, authenticate, ...given } = options;
  const settings: Settings = { ...DEFAULTS, ...given };
  const contradiction = contradictionIn(settings);
  if (contradiction !== undefined) throw new TypeError(contradiction);
  const parts = composeRelay(settings, { now, logger, authenticate });
  const detachments: (() => void)[] = [];
  let own: Server | undefined;
  let closing: Promise<void> | undefined;

  const attach = (server: Server, alone: boolean) => {
    const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (isPath(request.url, BAYEUX_PATH)) return parts.upgrades.handle(request, socket, head);
      if (!alone && server.listenerCount('upgrade') > 1) return; // somebody else's
      const refusal = isSanePath(request.url)
        ? refuse('not_found', 'no such path')
        : refuse('malformed', 'no such path');
      parts.upgrades.refuse(socket, refusal);
    };
    server.on('upgrade', onUpgrade);
    detachments.push(() => server.off('upgrade', onUpgrade));
  };

  const close = async () => {
    parts.drain();
    const closed = own ? closeServer(own) : Promise.resolve();
    for (const end = performance.now() + GOODBYE_MS; parts.isBusy() && performance.now() < end; ) {
      await wait(GOODBYE_STEP_MS);
      own?.closeIdleConnections();
    }
    parts.close();
    own?.closeAllConnections();
    await closed;
    for (const detach of detachments) detach();
  };

  return {
    router: parts.router,
    attach: (server) => attach(server, false),
    async listen() {
      if (own) throw new Error('the relay listens already');
      await parts.start();
      own = createServer(SLOW, standalone(parts.router));
      own.keepAliveTimeout = parts.keepAliveMs;
      attach(own, true);
      return listen(own, settings);
    },
    async revoke(target) {
      const key = readTarget(target);
      if (!key.ok) throw new TypeError(key.message);
      const kept = await parts.revoke(key.value);
      if (!kept.ok) throw new Error(kept.message);
    },
    close: () => (closing ??= close()),
  };
}

/** An app of our own around the router: a target that is no path gets no further than here. */
function standalone(router: Router): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.use(router);
  app.use((_request, response) => {
    response.status(404).json({ error: 'not found' });
  });
  app.use(((error: { status?: unknown }, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status = typeof error.status === 'number' ? error.status : 500;
    response.status(status).json({ error: status < 500 ? 'bad request' : 'the relay failed' });
  }) satisfies ErrorRequestHandler);
  return (request, response) => {
    if (isSanePath(request.url)) app(request, response);
    else response.writeHead(400, { 'Content-Type': 'application/json' }).end('{"error":"not a path"}');
  };
}

function listen(server: Server, { host, port }: Settings): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') return reject(new Error('not a TCP address'));
      const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
      resolve({ address: bound.address, port: bound.port, url: `http://${name}:${bound.port}` });
    });
  });
}

function closeServer(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => server.close(() => resolve()));
}
