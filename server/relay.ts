import type { IncomingMessage, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Router } from 'express';
import { refuse } from '../protocol/result.ts';
import { composeRelay } from './compose.ts';
import { isPath, isSanePath } from './gate/url.ts';
import { BAYEUX_PATH } from './http/bayeux.ts';
import { createOwnServer } from './http/own-server.ts';
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
  /** `http://<address>:<port>`, or `https://…` where the relay speaks TLS. */
  readonly url: string;
}

/** A relay: on its own by `listen()`, or inside another server by `router` and `attach()`. */
export interface Relay {
  /** All HTTP routes, to be mounted at the root of an Express app: `app.use(relay.router)`. */
  readonly router: Router;
  /** Takes the WebSocket upgrades of `/bayeux` on an integrator's server and leaves all others alone. */
  attach(server: Server | TlsServer): void;
  /**
   * Listens on `host` and `port`, by TLS where `tlsCert` and `tlsKey` are set; what is renewed there counts within seconds.
   * Rejects with the system's error, such as EADDRINUSE, or with what is wrong with the files.
   */
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
  let own: Server | TlsServer | undefined;
  let closing: Promise<void> | undefined;

  const attach = (server: Server | TlsServer, alone: boolean) => {
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
      const { tlsCert: cert, tlsKey: key } = settings;
      const files = cert === undefined || key === undefined ? undefined : { cert, key };
      own = createOwnServer(parts.router, files, parts.log);
      await parts.start();
      own.keepAliveTimeout = parts.keepAliveMs;
      attach(own, true);
      return listen(own, settings, files ? 'https' : 'http');
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

function listen(server: Server | TlsServer, { host, port }: Settings, scheme: 'http' | 'https'): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') return reject(new Error('not a TCP address'));
      const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
      resolve({ address: bound.address, port: bound.port, url: `${scheme}://${name}:${bound.port}` });
    });
  });
}

function closeServer(server: Server | TlsServer): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => server.close(() => resolve()));
}
