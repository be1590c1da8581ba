import type { Delivery, EngineProxy } from '../../../server/engines/engine.ts';
import { within } from '../../support/eventually.ts';

export const DEADLINE_MS = 2_000;

export function create(proxy: EngineProxy): Promise<string> {
  return within(new Promise((resolve) => proxy.createClient(resolve)), DEADLINE_MS, 'a client');
}

export function exists(proxy: EngineProxy, id: string): Promise<boolean> {
  return within(new Promise((resolve) => proxy.clientExists(id, resolve)), DEADLINE_MS, 'whether a client exists');
}

export function destroy(proxy: EngineProxy, id: string): Promise<void> {
  return within(new Promise((resolve) => proxy.destroyClient(id, () => resolve())), DEADLINE_MS, 'the end of a client');
}

export function unsubscribe(proxy: EngineProxy, id: string, channel: string): Promise<boolean> {
  return within(new Promise((resolve) => proxy.unsubscribe(id, channel, resolve)), DEADLINE_MS, 'an unsubscription');
}

/** What is triggered on the proxy, as it comes: the event, the client and, where there is one, the channel. */
export function record(proxy: EngineProxy, ...events: readonly string[]): string[] {
  const seen: string[] = [];
  for (const event of events) proxy.bind(event, (...about) => seen.push([event, ...about].join(' ')));
  return seen;
}

export function subscribe(proxy: EngineProxy, id: string, channel: string): Promise<boolean> {
  return within(new Promise((resolve) => proxy.subscribe(id, channel, resolve)), DEADLINE_MS, 'a subscription');
}

/** Holds one connect and gives what it brings. */
export function connect(proxy: EngineProxy, id: string, timeout = 1_000): Promise<readonly Delivery[]> {
  const held = new Promise<readonly Delivery[]>((resolve) =>
    proxy.connect(id, { timeout }, (messages) => resolve(messages as readonly Delivery[])),
  );
  return within(held, DEADLINE_MS, 'a connect');
}

/** Holds one connect after another, as a long-polling client does, and keeps what they bring. */
export function collect(proxy: EngineProxy, id: string): unknown[] {
  const heard: unknown[] = [];
  const again = () =>
    proxy.connect(id, { timeout: 500 }, (messages) => {
      for (const { data } of messages as readonly Delivery[]) heard.push(data);
      proxy.clientExists(id, (alive) => alive && setImmediate(again));
    });
  again();
  return heard;
}

export function last(heard: readonly unknown[]): unknown {
  return heard[heard.length - 1];
}

export function sorted(heard: readonly unknown[]): readonly unknown[] {
  return [...heard].sort();
}
