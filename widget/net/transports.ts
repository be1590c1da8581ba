/**
 * The widget's Bayeux transports: a WebSocket that can be watched, and POSTs of plain JSON without credentials. They
 * stand in the place of faye's own (scripts/build/faye.ts): faye's dispatcher calls `get` and `getConnectionTypes`, and
 * `sendMessage` and `close` of what `get` gives.
 */
import type { BayeuxMessage, Dispatcher } from 'faye/src/protocol/client.js';
import { LIMITS } from '../../protocol/limits.ts';
import type { Carrier } from './carrier.ts';

export interface TransportHooks {
  /** The WebSocket is open. */
  socketOpened(socket: WebSocket): void;
  /** Any bytes have come over the WebSocket. */
  socketHeard(): void;
  /** The transport has failed or closed. */
  failed(): void;
  /** An HTTP request was refused before Bayeux: its body where it is JSON. */
  rejected(body: unknown): void;
}

/** How long a WebSocket may take to open, ms: a proxy that swallows the upgrade must not hold the room back. */
export const HEAD_START = 2_000;
/** Browsers open one socket to a host at a time: one that does not open by then, while POSTs carry the room, is given up, ms. */
const SOCKET_OPENS_WITHIN = 10_000;
/** A request on a dead path never ends by itself. The relay answers at once, but for a poll, which it holds for 30 s; ms. */
const ANSWERED_WITHIN = 15_000;
const POLL_ENDS_WITHIN = 40_000;
/** UTF-16 code units of one batch; as UTF-8 it stays below the relay's frame size unless one message is larger. */
const BATCH_LENGTH = LIMITS.frameBytes / 4;

type Request = { abort(): void };
type Post = (messages: readonly BayeuxMessage[]) => Request;

interface Transport {
  readonly connectionType: string;
  sendMessage(message: BayeuxMessage): Promise<Request>;
  close(): void;
}

/** By what a dispatcher speaks to the relay. */
interface Way {
  readonly hooks: TransportHooks;
  readonly socket: WebSocket | undefined;
  transport?: Transport;
  /** There is a transport, or another one. */
  found(): void;
}

const ways = new WeakMap<Dispatcher, Way>();

/**
 * Finds a dispatcher's way to the relay, and calls `found` once there is one. `either` is a WebSocket if it opens within
 * HEAD_START, else POSTs, which are left for the socket if it opens later. What is said on the socket from the first spares
 * two requests, in a page of another origin their preflights too, and the relay that has the connection has the session.
 */
export function openWay(dispatcher: Dispatcher, hooks: TransportHooks, carrier: Carrier, found: () => void): void {
  const socket = carrier === 'posts' ? undefined : openSocket(dispatcher.endpoint.href);
  const way: Way = { hooks, socket, found };
  ways.set(dispatcher, way);
  const speakBy = (transport: Transport) => {
    clearTimeout(waiting);
    way.transport = transport;
    way.found();
  };
  const poll = () => {
    if (way.transport || !ways.has(dispatcher)) return;
    speakBy(pollTransport(dispatcher));
    if (socket) setTimeout(() => socket.readyState === WebSocket.CONNECTING && socket.close(), SOCKET_OPENS_WITHIN);
  };
  const waiting = carrier === 'socket' ? undefined : setTimeout(poll, socket ? HEAD_START : 0);
  if (!socket) return;
  socket.onopen = () => {
    speakBy(socketTransport(dispatcher, socket));
    hooks.socketOpened(socket);
  };
  socket.onclose = carrier === 'socket' ? () => ways.get(dispatcher)?.hooks.failed() : poll;
}

/** From now on nobody is told, and nothing that still arrives is acted on. */
export function closeWay(dispatcher: Dispatcher): void {
  ways.get(dispatcher)?.socket?.close();
  ways.delete(dispatcher);
}

export function getConnectionTypes(): readonly string[] {
  return ['websocket', 'long-polling'];
}

/** What faye asks before its handshake and after it. */
export function get(
  dispatcher: Dispatcher,
  _allowed: readonly string[],
  _disabled: unknown,
  use: (transport: Transport | undefined) => void,
  context: unknown,
): void {
  const way = ways.get(dispatcher);
  if (!way) return;
  way.found = () => use.call(context, way.transport);
  way.found();
}

function openSocket(href: string): WebSocket | undefined {
  try {
    return new WebSocket(href.replace(/^http/, 'ws'));
  } catch {
    return undefined; // no WebSocket here, or the host page's CSP lists no wss: long-polling may still be allowed
  }
}

function socketTransport(dispatcher: Dispatcher, socket: WebSocket): Transport {
  const hooks = () => ways.get(dispatcher)?.hooks;
  socket.onmessage = ({ data }) => {
    hooks()?.socketHeard();
    deliver(dispatcher, String(data));
  };
  socket.onclose = () => hooks()?.failed();
  const request = { abort: () => socket.close() };
  return {
    connectionType: 'websocket',
    sendMessage: batching((messages) => {
      socket.send(JSON.stringify(messages));
      return request;
    }),
    close: () => socket.close(),
  };
}

function pollTransport(dispatcher: Dispatcher): Transport {
  const post: Post = (messages) => {
    const request = new XMLHttpRequest();
    request.open('POST', dispatcher.endpoint.href);
    request.setRequestHeader('content-type', 'application/json');
    request.onload = () => {
      if (request.status !== 200) ways.get(dispatcher)?.hooks.rejected(parse(request.responseText));
      else deliver(dispatcher, request.responseText);
    };
    request.onerror = () => ways.get(dispatcher)?.hooks.failed();
    request.ontimeout = request.onerror;
    request.timeout =
      messages[0]?.channel === '/meta/connect' && messages.length < 2 ? POLL_ENDS_WITHIN : ANSWERED_WITHIN;
    request.send(JSON.stringify(messages));
    return request;
  };
  return { connectionType: 'long-polling', sendMessage: batching(post), close: () => undefined };
}

/** Sends what one task brings in batches that the relay takes. */
function batching(post: Post): (message: BayeuxMessage) => Promise<Request> {
  let waiting: { messages: BayeuxMessage[]; length: number; sent: Promise<Request> } | undefined;
  return (message) => {
    const length = JSON.stringify(message).length;
    if (!waiting || waiting.messages.length >= LIMITS.batch || waiting.length + length > BATCH_LENGTH) {
      const messages: BayeuxMessage[] = [];
      const sent = Promise.resolve().then(() => {
        if (waiting?.messages === messages) waiting = undefined;
        answerAtOnce(messages);
        return post(messages);
      });
      waiting = { messages, length: 0, sent };
    }
    waiting.messages.push(message);
    waiting.length += length;
    return waiting.sent;
  };
}

/** A connect that travels with other messages must not be held with their answers (Bayeux 1.0, 4.2.2). */
function answerAtOnce(messages: readonly BayeuxMessage[]): void {
  if (messages.length < 2) return;
  for (const message of messages) if (message.channel === '/meta/connect') message.advice = { timeout: 0 };
}

function deliver(dispatcher: Dispatcher, text: string): void {
  const replies = parse(text);
  if (!Array.isArray(replies)) {
    ways.get(dispatcher)?.hooks.failed();
    return;
  }
  for (const reply of replies) if (ways.has(dispatcher)) dispatcher.handleResponse(reply);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's error page
  }
}
