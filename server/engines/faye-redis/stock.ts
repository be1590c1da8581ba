/**
 * The one file that imports faye-redis. package.json pins 0.2.0 exactly, since this does what its constructor would do:
 * that one requires the package `redis` in whatever version npm finds newest, with which the process dies at start, and
 * npm's `overrides` count in a project of its own alone, not where natter is installed. So the engine's prototype gets
 * the relay's connections, with the address, the TLS and the error listeners that they have, and `redis` is never loaded.
 */
/// <reference path="./package.d.ts" />
import Engine, { type StockEngine } from 'faye-redis';
import type { Connections } from '../../redis/connection.ts';
import type { Delivery } from '../engine.ts';
import { StockClient } from './client.ts';

const NAMESPACE = 'natter:faye';

/** What the stock engine takes for Faye's engine proxy. */
export interface StockServer {
  /** Seconds. */
  readonly timeout: number;
  debug(): void;
  generateId(): string;
  hasConnection(clientId: string): boolean;
  deliver(clientId: string, messages: readonly Delivery[]): void;
  trigger(event: string, clientId: string): void;
}

export interface StockPorts {
  readonly connections: Connections;
  /** This process: only its own clients are queued for by it, so that only it needs to hear of that. */
  readonly node: string;
  /** Redis is there: all that this process has must be entered anew. */
  onWell(): void;
  onError(error: unknown): void;
}

export interface Stock extends StockEngine {
  /** Whether what it is asked can be expected to be carried out. */
  isWell(): boolean;
  close(): void;
}

export function createStock(server: StockServer, { connections, node, onWell, onError }: StockPorts): Stock {
  const [queued, closed] = [`${NAMESPACE}/notifications/messages/${node}`, `${NAMESPACE}/notifications/close`];
  const client = new StockClient({
    ...{ connections, probe: `${NAMESPACE}/probe`, channels: [queued, closed], onWell, onError },
    onMessage(channel, clientId) {
      if (channel === closed) return server.trigger('close', clientId);
      if (waiting.size === 0) setImmediate(empty);
      waiting.add(clientId);
    },
  });
  const waiting = new Set<string>();
  const empty = () => {
    const ids = [...waiting];
    waiting.clear();
    for (const id of ids) stock.emptyQueue(id); // once for all that this turn has told of
  };
  const gc = setInterval(() => stock.gc(), server.timeout * 500).unref();
  const stock: Stock = Object.assign(Object.create(Engine.prototype), {
    _server: server,
    _options: {},
    _ns: NAMESPACE,
    _redis: client.commands(),
    _messageChannel: queued,
    _closeChannel: closed,
    isWell: () => client.isWell,
    close() {
      clearInterval(gc);
      client.close();
    },
  });
  return stock;
}
