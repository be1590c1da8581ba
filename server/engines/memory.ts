import { randomBytes } from 'node:crypto';
import { batchFrame, Channel, type Client } from './channel.ts';
import type { Delivery, EngineProxy, LocalEngine, Sink } from './engine.ts';
import { Prepared } from './prepared.ts';
import type { Turn } from './turn.ts';

export interface MemoryEngineOptions {
  readonly turn: Turn;
  /** Bytes that may wait for a client without a sink; over it the client is destroyed. */
  readonly queueBytes: number;
  /** Called after each flush: how many deliveries were written, and how many ms after the first of them came. */
  readonly onFlush?: (deliveries: number, ms: number) => void;
  readonly onCut?: () => void;
  /** Makes the id of a client, letters and digits. */
  readonly newId?: () => string;
}

/** Everything in this process. Channels are found by their exact name: the gate lets no pattern through. */
export class MemoryEngine implements LocalEngine {
  private readonly clients = new Map<string, Client>();
  private readonly channels = new Map<string, Channel>();
  private readonly proxy: EngineProxy;
  private readonly options: MemoryEngineOptions;

  constructor(proxy: EngineProxy, options: MemoryEngineOptions) {
    this.proxy = proxy;
    this.options = options;
  }

  createClient(callback: (clientId: string) => void, context?: unknown): void {
    const id = this.options.newId?.() ?? randomBytes(20).toString('hex');
    const client: Client = { id, channels: new Set(), sink: undefined, queue: [], queueBytes: 0, expiry: undefined };
    this.clients.set(id, client);
    this.ping(id);
    this.proxy.trigger('handshake', id);
    callback.call(context, id);
  }

  clientExists(clientId: string, callback: (exists: boolean) => void, context?: unknown): void {
    callback.call(context, this.clients.has(clientId));
  }

  destroyClient(clientId: string, callback?: () => void, context?: unknown): void {
    const client = this.clients.get(clientId);
    if (client) {
      for (const channel of client.channels) this.unsubscribe(clientId, channel.name);
      clearTimeout(client.expiry);
      this.clients.delete(clientId);
      this.proxy.trigger('disconnect', clientId);
      this.proxy.trigger('close', clientId);
    }
    callback?.call(context);
  }

  ping(clientId: string): void {
    const client = this.clients.get(clientId);
    if (!client) return;
    if (client.expiry) client.expiry.refresh();
    else client.expiry = setTimeout(() => this.destroyClient(clientId), 2000 * this.proxy.timeout).unref();
  }

  subscribe(clientId: string, channel: string, callback?: (done: boolean) => void, context?: unknown): void {
    const client = this.clients.get(clientId);
    if (client) this.enlist(client, this.channel(channel));
    callback?.call(context, client !== undefined);
  }

  unsubscribe(clientId: string, channel: string, callback?: (done: boolean) => void, context?: unknown): void {
    const client = this.clients.get(clientId);
    const subscribed = this.channels.get(channel);
    if (client && subscribed?.clients.has(client)) {
      if (subscribed.isPending()) this.options.turn.end(); // what was published while it was there is its own
      subscribed.clients.delete(client);
      client.channels.delete(subscribed);
      if (subscribed.clients.size === 0) this.channels.delete(channel);
      this.proxy.trigger('unsubscribe', clientId, channel);
    }
    callback?.call(context, true);
  }

  publish(message: Delivery, _channels: readonly string[]): void {
    this.channels.get(message.channel)?.publish(message);
    this.proxy.trigger('publish', undefined, message.channel, message.data);
  }

  publishHere(message: Delivery): void {
    this.channels.get(message.channel)?.publish(message);
  }

  deliver(channel: string, payload: string): void {
    this.channels.get(channel)?.publishJson(payload);
  }

  listensTo(channel: string): boolean {
    return this.channels.has(channel);
  }

  emptyQueue(clientId: string): void {
    const client = this.clients.get(clientId);
    if (!client || client.queue.length === 0) return;
    if (!client.sink && !this.proxy.hasConnection(clientId)) return;
    const { queue } = client;
    client.queue = [];
    client.queueBytes = 0;
    if (client.sink) client.sink.write(batchFrame(queue));
    else this.proxy.deliver(clientId, queue);
  }

  disconnect(): void {
    this.options.turn.end();
    for (const client of this.clients.values()) clearTimeout(client.expiry);
    this.clients.clear();
    this.channels.clear();
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
    if (!client) return;
    this.options.turn.end(); // what was published before it comes before it
    this.enqueue(client, [Prepared.of(message)]);
    this.emptyQueue(clientId);
  }

  restore(clientId: string, messages: readonly Delivery[]): void {
    const client = this.clients.get(clientId);
    if (!client) return;
    const later = client.queue;
    client.queue = [];
    client.queueBytes = 0;
    this.enqueue(client, [...messages.filter((message) => message instanceof Prepared), ...later]);
    this.emptyQueue(clientId);
  }

  queuedBytes(): number {
    let bytes = 0;
    for (const client of this.clients.values()) bytes += client.queueBytes;
    return bytes;
  }

  private enlist(client: Client, channel: Channel): void {
    if (client.channels.has(channel)) return;
    if (channel.isPending()) this.options.turn.end(); // a newcomer gets nothing from before it came
    client.channels.add(channel);
    channel.clients.add(client);
    this.proxy.trigger('subscribe', client.id, channel.name);
  }

  private channel(name: string): Channel {
    const known = this.channels.get(name);
    if (known) return known;
    const { turn, onFlush } = this.options;
    const channel = new Channel(name, turn, (batch, ms) => {
      const deliveries = this.fanOut(channel, batch);
      onFlush?.(deliveries, ms);
    });
    this.channels.set(name, channel);
    return channel;
  }

  private fanOut(channel: Channel, batch: readonly Prepared[]): number {
    const frame = batchFrame(batch);
    const deliveries = batch.length * channel.clients.size;
    for (const client of channel.clients) {
      if (client.sink) client.sink.write(frame);
      else {
        this.enqueue(client, batch);
        this.emptyQueue(client.id);
      }
    }
    return deliveries;
  }

  private enqueue(client: Client, batch: readonly Prepared[]): void {
    for (const message of batch) {
      client.queue.push(message);
      client.queueBytes += message.json.length;
    }
    if (client.queueBytes <= this.options.queueBytes) return;
    this.options.onCut?.();
    this.destroyClient(client.id);
  }
}
