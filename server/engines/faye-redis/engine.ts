import { randomBytes } from 'node:crypto';
import { batchFrame } from '../channel.ts';
import type { Delivery, EngineProxy, LocalEngine, Sink } from '../engine.ts';
import { Prepared } from '../prepared.ts';
import { createStock, type Stock, type StockPorts } from './stock.ts';
import { type Client, Subscriptions } from './subscriptions.ts';

export interface FayeRedisOptions {
  /** Bytes that may be on their way to a client; over it the client is destroyed. */
  readonly queueBytes: number;
  readonly onCut?: () => void;
  /** Called when messages are written: how many, and how many ms after the first of them came. */
  readonly onFlush?: (deliveries: number, ms: number) => void;
  readonly newId?: () => string;
  /** Some of what was on its way when Redis went may be lost. */
  readonly onRecovered?: () => void;
}

/**
 * The stock faye-redis behind our port. It has the subscriptions, the queues and the expiry of clients, in Redis. What
 * it does not know is kept here: which clients are of this process, their sinks, and how much waits for them.
 *
 * Its own publishing goes to the subscribers of all processes, in no order that they share. So each process publishes
 * what it hears, in order and once (engines/redis.ts), to channels of its own: to its own clients. While Redis is away
 * messages go straight to the clients that are connected.
 */
export class FayeRedisEngine implements LocalEngine {
  private readonly clients = new Map<string, Client>();
  private readonly subscriptions = new Subscriptions();
  private readonly proxy: EngineProxy;
  private readonly options: FayeRedisOptions;
  private readonly node: string;
  private readonly stock: Stock;
  private readonly newId: () => string;

  constructor(proxy: EngineProxy, ports: Omit<StockPorts, 'onWell'>, options: FayeRedisOptions) {
    this.proxy = proxy;
    this.options = options;
    this.node = ports.node;
    this.newId = options.newId ?? (() => randomBytes(20).toString('hex'));
    const server = {
      timeout: proxy.timeout,
      debug: () => undefined,
      generateId: () => this.newId(),
      hasConnection: (clientId: string) => this.isConnected(clientId),
      deliver: (clientId: string, messages: readonly Delivery[]) => this.brought(clientId, messages),
      trigger: (event: string, clientId: string) => this.heard(event, clientId),
    };
    this.stock = createStock(server, { ...ports, onWell: () => this.recover() });
  }

  /** Whether Redis carries what is published now. */
  get isWell(): boolean {
    return this.stock.isWell();
  }

  createClient(callback: (clientId: string) => void, context?: unknown): void {
    if (this.isWell) return this.stock.createClient(callback, context); // it triggers `handshake`
    const id = this.newId();
    this.adopt(id);
    callback.call(context, id);
  }

  clientExists(clientId: string, callback: (exists: boolean) => void, context?: unknown): void {
    callback.call(context, this.clients.has(clientId));
  }

  destroyClient(clientId: string, callback?: () => void, context?: unknown): void {
    const client = this.clients.get(clientId);
    if (client) {
      this.forget(client);
      this.stock.destroyClient(clientId);
    }
    callback?.call(context);
  }

  ping(clientId: string): void {
    if (this.clients.has(clientId)) this.stock.ping(clientId);
  }

  subscribe(clientId: string, channel: string, callback?: (done: boolean) => void, context?: unknown): void {
    const client = this.clients.get(clientId);
    if (client && this.subscriptions.add(client, channel)) {
      this.stock.subscribe(clientId, this.own(channel));
      this.proxy.trigger('subscribe', clientId, channel);
    }
    callback?.call(context, client !== undefined);
  }

  unsubscribe(clientId: string, channel: string, callback?: (done: boolean) => void, context?: unknown): void {
    const client = this.clients.get(clientId);
    if (client && this.subscriptions.remove(client, channel)) {
      this.stock.unsubscribe(clientId, this.own(channel));
      this.proxy.trigger('unsubscribe', clientId, channel);
    }
    callback?.call(context, true);
  }

  publish(message: Delivery, _channels: readonly string[]): void {
    this.publishHere(message);
    this.proxy.trigger('publish', undefined, message.channel, message.data);
  }

  publishHere(message: Delivery): void {
    this.bring(Prepared.of(message), this.subscriptions.of(message.channel), this.own(message.channel));
  }

  deliver(channel: string, payload: string): void {
    const subscribers = this.subscriptions.of(channel);
    if (subscribers.size > 0) this.bring(Prepared.ofJson(channel, payload), subscribers, this.own(channel));
  }

  listensTo(channel: string): boolean {
    return this.subscriptions.has(channel);
  }

  emptyQueue(clientId: string): void {
    const client = this.clients.get(clientId);
    if (!client) return;
    this.write(client);
    this.stock.emptyQueue(clientId);
  }

  disconnect(): void {
    this.stock.close();
    this.clients.clear();
    this.subscriptions.clear();
  }

  attach(clientId: string, sink: Sink): void {
    const client = this.clients.get(clientId);
    if (!client) return;
    client.sink = sink;
    this.emptyQueue(clientId);
  }

  detach(clientId: string, sink: Sink): void {
    const client = this.clients.get(clientId);
    if (client?.sink === sink) client.sink = undefined;
  }

  send(clientId: string, message: Delivery): void {
    const client = this.clients.get(clientId);
    if (client) this.bring(Prepared.of(message), [client], this.own(`/${clientId}`));
  }

  restore(clientId: string, messages: readonly Delivery[]): void {
    const client = this.clients.get(clientId);
    if (!client) return;
    const given = messages.filter((message) => message instanceof Prepared);
    this.count(client, given);
    client.held.unshift(...given);
    this.write(client);
  }

  queuedBytes(): number {
    let bytes = 0;
    for (const client of this.clients.values()) if (!client.sink) bytes += client.queued;
    return bytes;
  }

  /** Brings a message to clients of this process: all those who are subscribed to a channel of the stock engine. */
  private bring(message: Prepared, to: Iterable<Client>, channel: string): void {
    const clients = [...to];
    if (clients.length === 0) return;
    if (!this.isWell) {
      for (const client of clients) this.hold(client, [message]);
      return;
    }
    for (const client of clients) this.count(client, [message]);
    this.stock.publish({ channel: message.channel, data: message.data }, [channel]);
  }

  /** The stock engine has taken messages out of a client's queue. */
  private brought(clientId: string, messages: readonly Delivery[]): void {
    const client = this.clients.get(clientId);
    if (!client || messages.length === 0) return;
    client.held.push(...messages.map((message) => Prepared.of(message)));
    this.write(client);
  }

  private hold(client: Client, batch: readonly Prepared[]): void {
    this.count(client, batch);
    client.held.push(...batch);
    this.write(client);
  }

  /** Writes what is out of the queue already, unless the poll for which it was taken is over by now. */
  private write(client: Client): void {
    const { id, sink, held } = client;
    if (held.length === 0 || (!sink && !this.proxy.deliver(id, held))) return;
    client.held = [];
    client.queued = Math.max(client.queued - bytesOf(held), 0);
    if (!sink) return;
    sink.write(batchFrame(held));
    this.options.onFlush?.(held.length, performance.now() - client.since);
  }

  private count(client: Client, batch: readonly Prepared[]): void {
    if (client.queued === 0) client.since = performance.now();
    client.queued += bytesOf(batch);
    if (client.queued <= this.options.queueBytes || !this.clients.has(client.id)) return;
    this.options.onCut?.();
    this.destroyClient(client.id);
  }

  /** What the stock engine triggers: it has made a client, or one was silent for too long. */
  private heard(event: string, clientId: string): void {
    if (event === 'handshake') return this.adopt(clientId);
    const client = this.clients.get(clientId);
    if (client && (event === 'disconnect' || event === 'close')) this.forget(client);
  }

  private adopt(id: string): void {
    this.clients.set(id, { id, channels: new Set(), sink: undefined, held: [], queued: 0, since: 0 });
    this.stock.subscribe(id, this.own(`/${id}`));
    this.proxy.trigger('handshake', id);
  }

  private forget(client: Client): void {
    const { id } = client;
    for (const channel of client.channels) {
      this.subscriptions.remove(client, channel);
      this.proxy.trigger('unsubscribe', id, channel);
    }
    this.clients.delete(id);
    this.proxy.trigger('disconnect', id);
    this.proxy.trigger('close', id);
  }

  /** Redis is there, for the first time or again, with what it had or without: what is here is entered anew. */
  private recover(): void {
    for (const client of this.clients.values()) {
      const { id, channels } = client;
      if (this.isConnected(id)) client.queued = 0; // what was lost is not on its way, and what Redis has comes now
      this.stock.ping(id);
      this.stock.subscribe(id, this.own(`/${id}`));
      for (const channel of channels) this.stock.subscribe(id, this.own(channel));
      this.stock.emptyQueue(id);
    }
    this.options.onRecovered?.();
  }

  private isConnected(clientId: string): boolean {
    return this.clients.get(clientId)?.sink !== undefined || this.proxy.hasConnection(clientId);
  }

  /** A channel of the stock engine that only clients of this process are subscribed to. */
  private own(channel: string): string {
    return `/${this.node}${channel}`;
  }
}

function bytesOf(batch: readonly Prepared[]): number {
  return batch.reduce((sum, { json }) => sum + json.length, 0);
}
