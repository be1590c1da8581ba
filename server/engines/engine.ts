/** A message on its way to subscribers. */
export interface Delivery {
  readonly channel: string;
  readonly data: unknown;
}

/** What stands between Faye's server and an engine (faye's engines/proxy.js), as far as it is used here. */
export interface EngineProxy {
  /** Seconds for which a /meta/connect is held. */
  readonly timeout: number;
  /** A /meta/connect of this client is held. */
  hasConnection(clientId: string): boolean;
  /** Hands messages to the held /meta/connect, which is answered with them. */
  deliver(clientId: string, messages: readonly object[]): boolean;
  /** Answers the held /meta/connect with what it has. */
  flushConnection(clientId: string): void;
  connect(
    clientId: string,
    options: { readonly timeout?: number },
    callback: (messages: readonly object[]) => void,
  ): void;
  createClient(callback: (clientId: string) => void): void;
  clientExists(clientId: string, callback: (exists: boolean) => void): void;
  destroyClient(clientId: string, callback?: () => void): void;
  ping(clientId: string): void;
  subscribe(clientId: string, channel: string, callback?: (done: boolean) => void): void;
  unsubscribe(clientId: string, channel: string, callback?: (done: boolean) => void): void;
  publish(message: Delivery): void;
  close(): void;
  trigger(event: string, ...args: readonly unknown[]): void;
  bind(event: string, listener: (...args: readonly string[]) => void): void;
}

/** Where an engine writes a client's messages: its WebSocket. */
export interface Sink {
  /** Takes one finished WebSocket frame; whoever can't keep up is cut. */
  write(frame: Buffer): void;
}

/**
 * Faye's engine contract (its engine/proxy.js calls these), and three things more: a client may have a sink, to which
 * its messages go at once; a message may go to one client; queues can be measured. Clients without a sink get their
 * messages through the /meta/connect that the proxy holds. The engine triggers `handshake`, `subscribe`,
 * `unsubscribe`, `disconnect`, `publish` and `close` on the proxy.
 */
export interface Engine {
  createClient(callback: (clientId: string) => void, context?: unknown): void;
  clientExists(clientId: string, callback: (exists: boolean) => void, context?: unknown): void;
  destroyClient(clientId: string, callback?: () => void, context?: unknown): void;
  /** A sign of life. A client that gives none for twice the connect timeout is destroyed. */
  ping(clientId: string): void;
  subscribe(clientId: string, channel: string, callback?: (done: boolean) => void, context?: unknown): void;
  unsubscribe(clientId: string, channel: string, callback?: (done: boolean) => void, context?: unknown): void;
  publish(message: Delivery, channels: readonly string[]): void;
  emptyQueue(clientId: string): void;
  disconnect(): void;

  /** From now on the client's messages, those waiting first, go to this sink. */
  attach(clientId: string, sink: Sink): void;
  /** Undoes `attach`, unless another sink has taken the place of this one. */
  detach(clientId: string, sink: Sink): void;
  /** To the subscribers in this process alone. */
  publishHere(message: Delivery): void;
  /** Puts a message into one client's queue, whatever it is subscribed to. */
  send(clientId: string, message: Delivery): void;
  /** Gives back messages that a held connect took and could not bring over. */
  restore(clientId: string, messages: readonly Delivery[]): void;
  /** Bytes waiting for clients that have no sink. */
  queuedBytes(): number;
}

/** An engine of this process's clients alone, which engines/redis.ts makes one of many. */
export interface LocalEngine extends Engine {
  /** To this process's subscribers of a channel: data that is JSON already. */
  deliver(channel: string, payload: string): void;
  /** Whether somebody here is subscribed. */
  listensTo(channel: string): boolean;
}

export type EngineFactory = (proxy: EngineProxy) => Engine;
