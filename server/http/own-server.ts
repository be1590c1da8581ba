import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import express, { type ErrorRequestHandler, type Router } from 'express';
import { isSanePath } from '../gate/url.ts';
import type { Logger } from '../observe/log.ts';
import { answerHeaders, overTls } from './headers.ts';
import { readTlsPair, type TlsFiles, type TlsPair, watchTlsFiles } from './tls-files.ts';

/** Slow senders are cut: ms for a request's head, for all of it, and between looks at them. */
const SLOW = { headersTimeout: 8_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };
/** ms for the handshake of TLS, before a request's own time begins. */
const TLS_HANDSHAKE_MS = 5_000;
/** Requests of one connection in one turn of the event loop. */
const REQUESTS_A_TURN = 16;

/**
 * A server of our own around the routes: plain, or by TLS with the files' certificate, which it follows until it is closed.
 * @throws Error that says what is wrong with the files
 */
export function createOwnServer(router: Router, files: TlsFiles | undefined, log: Logger): Server | TlsServer {
  if (!files) return createServer(SLOW, standalone(router, false));
  const first = readTlsPair(files);
  if (!first.ok) throw new Error(first.wrong);
  warnOfExpiry(first.expires, log);
  const server = createTlsServer(
    { ...first.options, ...SLOW, handshakeTimeout: TLS_HANDSHAKE_MS },
    standalone(router, true),
  );
  const onChange = (pair: TlsPair) => {
    if (!pair.ok) return log.error({ reason: pair.wrong }, 'the new certificate is not used; the one before goes on');
    server.setSecureContext(pair.options);
    log.info({ expires: new Date(pair.expires) }, 'a new certificate is used');
    warnOfExpiry(pair.expires, log);
  };
  server.once('listening', () => server.once('close', watchTlsFiles(files, onChange)));
  return server;
}

/**
 * Whether a connection has brought too many requests in this turn of the event loop. No browser sends one before the one
 * before is answered, and Node hands on all that a read of 64 KiB holds, thousands of them, before anybody else has a turn.
 */
function countTurns(): (socket: Socket) => boolean {
  const counts = new Map<Socket, number>();
  return (socket) => {
    if (counts.size === 0) setImmediate(() => counts.clear());
    const count = (counts.get(socket) ?? 0) + 1;
    counts.set(socket, count);
    return count > REQUESTS_A_TURN;
  };
}

function warnOfExpiry(expires: number, log: Logger): void {
  if (expires < Date.now()) log.warn({ expires: new Date(expires) }, 'the certificate has expired: browsers refuse it');
}

/** An app around the router: a target that is no path gets no further than here, and whatever is answered has its headers. */
function standalone(router: Router, secure: boolean): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  if (secure) app.use(overTls);
  app.use(answerHeaders);
  app.use(router);
  app.use((_request, response) => {
    response.status(404).json({ error: 'not found' });
  });
  app.use(((error: { status?: unknown }, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status = typeof error.status === 'number' ? error.status : 500;
    response.status(status).json({ error: status < 500 ? 'bad request' : 'the relay failed' });
  }) satisfies ErrorRequestHandler);
  const isCrowd = countTurns();
  return (request, response) => {
    if (isCrowd(request.socket)) return void request.socket.destroy();
    if (isSanePath(request.url)) return app(request, response);
    answerHeaders(request, response, () => {
      response.writeHead(400, { 'Content-Type': 'application/json' }).end('{"error":"not a path"}');
    });
  };
}
