/**
 * The one file of the widget that reaches inside faye (1.4.3, pinned): its Bayeux client with two transports of ours,
 * a WebSocket that can be watched and a JSON POST that needs no preflighted extras and no credentials.
 */
import Client, { type BayeuxMessage, type Dispatcher } from 'faye/src/protocol/client.js';
import Transport from 'faye/src/transport/transport.js';
import FayeWebSocket from 'faye/src/transport/web_socket.js';
import Class from 'faye/src/util/class.js';
import constants from 'faye/src/util/constants.js';

export type { BayeuxMessage } from 'faye/src/protocol/client.js';

/** A proxy that swallows the upgrade must not hold the room back: a socket not open by then is given up, ms. */
const SOCKET_OPENS_WITHIN = 4_000;

export interface BayeuxHooks {
  /** Called for each message before it is sent; may add to it. */
  outgoing(message: BayeuxMessage): void;
  /** Called for each message received, before faye acts on it. */
  incoming(message: BayeuxMessage): void;
  /** The WebSocket is open. */
  socketOpened(socket: WebSocket): void;
  /** Any bytes have come over the WebSocket. */
  socketHeard(): void;
  /** The transport has failed or closed. */
  failed(): void;
  /** An HTTP request was refused before Bayeux: its status, and its body where it is JSON. */
  rejected(status: number, body: unknown): void;
}

export interface BayeuxClient {
  connect(connected: () => void): void;
  subscribe(channel: string, listener: (data: unknown) => void): void;
  publish(channel: string, data: unknown): void;
  clientId(): string;
  /** Tells the relay goodbye (best effort), then ends. */
  leave(): void;
  /** Ends every timer and request at once. A dead client is never revived: the relay path makes a new one. */
  kill(): void;
}

const watched = new WeakMap<Dispatcher, BayeuxHooks>();

export function openBayeux(endpoint: string, hooks: BayeuxHooks): BayeuxClient {
  registerTransports();
  const client = new Client(endpoint, { timeout: 45, retry: 3_600 });
  const dispatcher = client._dispatcher;
  watched.set(dispatcher, hooks);
  client.disable('autodisconnect');
  client.addExtension({
    incoming(message, pass) {
      hooks.incoming(message);
      // Re-handshaking is the relay path's own decision, with a new client and a fresh proof.
      if (message.advice?.reconnect === 'handshake') message.advice = { reconnect: 'none' };
      pass(message);
    },
    outgoing(message, pass) {
      hooks.outgoing(message);
      pass(message);
    },
  });
  client.bind('transport:down', () => watched.get(dispatcher)?.failed());
  const kill = () => {
    watched.delete(dispatcher);
    client._advice.reconnect = 'none';
    for (const envelope of dispatcher._envelopes.values()) {
      clearTimeout(envelope.timer as ReturnType<typeof setTimeout>);
      void envelope.request?.then((request) => request?.abort?.());
    }
    dispatcher._envelopes.clear();
    dispatcher.close();
  };
  return {
    connect: (connected) => client.connect(connected),
    subscribe: (channel, listener) => void client.subscribe(channel, listener),
    publish: (channel, data) => void client.publish(channel, data),
    clientId: () => dispatcher.clientId ?? '',
    leave: () => void client.disconnect(),
    kill,
  };
}

interface TransportInstance {
  readonly _dispatcher: Dispatcher;
  readonly endpoint: { href: string };
  _receive(replies: unknown): void;
  _handleError(messages: readonly BayeuxMessage[]): void;
}

const WatchedSocket = Object.assign(
  Class(FayeWebSocket, {
    _createSocket(this: TransportInstance): WebSocket | undefined {
      const hooks = watched.get(this._dispatcher);
      if (!hooks || typeof WebSocket !== 'function') return undefined;
      let socket: WebSocket;
      try {
        socket = new WebSocket(FayeWebSocket.getSocketUrl(this.endpoint));
      } catch {
        return undefined; // SecurityError: the host page's CSP lists no wss; long-polling may still be allowed
      }
      const tooLate = setTimeout(() => socket.close(), SOCKET_OPENS_WITHIN);
      let opened = false;
      socket.addEventListener('open', () => {
        opened = true;
        clearTimeout(tooLate);
        watched.get(this._dispatcher)?.socketOpened(socket);
      });
      socket.addEventListener('message', () => watched.get(this._dispatcher)?.socketHeard());
      socket.addEventListener('close', () => {
        clearTimeout(tooLate);
        if (opened) watched.get(this._dispatcher)?.failed();
      });
      return socket;
    },
  }),
  { create: FayeWebSocket.create, isUsable: FayeWebSocket.isUsable },
);

const JsonPost = Object.assign(
  Class(Transport, {
    encode: (messages: readonly BayeuxMessage[]) => JSON.stringify(messages),

    request(this: TransportInstance, messages: readonly BayeuxMessage[]): XMLHttpRequest {
      const request = new XMLHttpRequest();
      request.open('POST', this.endpoint.href);
      request.setRequestHeader('content-type', 'application/json');
      request.onload = () => {
        const replies = parseBody(request.responseText);
        if (request.status === 200 && Array.isArray(replies)) return this._receive(replies);
        watched.get(this._dispatcher)?.rejected(request.status, replies);
        this._handleError(messages);
      };
      request.onerror = () => this._handleError(messages);
      request.send(JSON.stringify(messages));
      return request;
    },
  }),
  {
    isUsable(_dispatcher: unknown, _endpoint: unknown, callback: (usable: boolean) => void, context: unknown) {
      callback.call(context, typeof XMLHttpRequest === 'function');
    },
  },
);

let registered = false;

function registerTransports(): void {
  if (registered) return;
  registered = true;
  constants.MANDATORY_CONNECTION_TYPES = ['long-polling'];
  Transport._transports.length = 0;
  Transport.register('websocket', WatchedSocket);
  Transport.register('long-polling', JsonPost);
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's error page
  }
}
