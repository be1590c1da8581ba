import { type Topic, topicOf } from '../redis/keys.ts';
import type { Delivery, Engine, EngineProxy, LocalEngine, Sink } from './engine.ts';

/** How an engine reaches those of other processes. */
export interface EngineBus {
  /** Asks for what is published to a topic; settles when it is heard. */
  hear(topic: Topic): true | Promise<true>;
  /** Tells all who hear the topic, this process among them. False: they can't be told now. */
  tell(topic: Topic, channel: string, payload: string): boolean;
}

const OWN_CHANNEL = /^\/rooms\/[^/]+\/replicas\//;

/**
 * Many processes: clients and their queues are in a local engine of one of them each, and what is published goes to all by Redis and is
 * delivered when it comes back from there, also here: so a channel's messages have one order everywhere. While Redis is
 * away, those who are here still hear each other.
 */
export class RedisEngine implements Engine {
  readonly local: LocalEngine;
  private readonly proxy: EngineProxy;
  private readonly bus: EngineBus;
  /** How many subscriptions there are here to channels of a topic. */
  private readonly subscriptions = new Map<Topic, number>();

  constructor(proxy: EngineProxy, bus: EngineBus, local: LocalEngine) {
    this.proxy = proxy;
    this.bus = bus;
    this.local = local;
    proxy.bind('subscribe', (_clientId, channel = '') => this.count(topicOf(channel), 1));
    proxy.bind('unsubscribe', (_clientId, channel = '') => this.count(topicOf(channel), -1));
  }

  /** Whether somebody here is subscribed to a channel of the topic. */
  listensTo(topic: Topic): boolean {
    return this.subscriptions.has(topic);
  }

  subscribe(clientId: string, channel: string, callback?: (done: boolean) => void, context?: unknown): void {
    const subscribe = () => this.local.subscribe(clientId, channel, callback, context);
    const heard = this.bus.hear(topicOf(channel));
    if (heard === true) subscribe();
    else void heard.then(subscribe);
  }

  publish(message: Delivery, channels: readonly string[]): void {
    const { channel, data } = message;
    const isForOneHere = OWN_CHANNEL.test(channel) && this.local.listensTo(channel);
    const isTold = !isForOneHere && this.bus.tell(topicOf(channel), channel, JSON.stringify(data));
    if (isTold) this.proxy.trigger('publish', undefined, channel, data);
    else this.local.publish(message, channels);
  }

  publishHere(message: Delivery): void {
    this.local.publishHere(message);
  }

  createClient(callback: (clientId: string) => void, context?: unknown): void {
    this.local.createClient(callback, context);
  }

  clientExists(clientId: string, callback: (exists: boolean) => void, context?: unknown): void {
    this.local.clientExists(clientId, callback, context);
  }

  destroyClient(clientId: string, callback?: () => void, context?: unknown): void {
    this.local.destroyClient(clientId, callback, context);
  }

  ping(clientId: string): void {
    this.local.ping(clientId);
  }

  unsubscribe(clientId: string, channel: string, callback?: (done: boolean) => void, context?: unknown): void {
    this.local.unsubscribe(clientId, channel, callback, context);
  }

  emptyQueue(clientId: string): void {
    this.local.emptyQueue(clientId);
  }

  disconnect(): void {
    this.local.disconnect();
  }

  attach(clientId: string, sink: Sink): void {
    this.local.attach(clientId, sink);
  }

  detach(clientId: string, sink: Sink): void {
    this.local.detach(clientId, sink);
  }

  send(clientId: string, message: Delivery): void {
    this.local.send(clientId, message);
  }

  restore(clientId: string, messages: readonly Delivery[]): void {
    this.local.restore(clientId, messages);
  }

  queuedBytes(): number {
    return this.local.queuedBytes();
  }

  private count(topic: Topic, more: 1 | -1): void {
    const count = (this.subscriptions.get(topic) ?? 0) + more;
    if (count > 0) this.subscriptions.set(topic, count);
    else this.subscriptions.delete(topic);
  }
}
