import { once } from 'node:events';
import { createServer } from 'node:net';
import { AckFilter } from './ack-filter.ts';
import { Connection } from './connection.ts';

/**
 * A TCP proxy that gives each connection to one of several servers: no stickiness at all. A server that refuses a
 * connection is passed over. It can also be a bad network.
 */
export interface Balancer {
  readonly url: string;
  /** Takes a server out or puts it back; connections that it has stay. */
  enable(index: number, isEnabled: boolean): void;
  /** Another server stands in the place of this one. */
  place(index: number, url: string): void;
  /** From now on nothing passes, neither bytes nor the ends of connections, and new connections lead nowhere. */
  swallow(): void;
  /** What connects from now on passes; connections that were swallowed lead nowhere for ever. */
  heal(): void;
  /** Resets every connection. What comes afterwards passes. */
  reset(): void;
  /** Loses this share of the acknowledgements that come over WebSockets. */
  loseAcks(share: number): void;
  /** Acknowledgements lost so far. */
  lostAcks(): number;
  /** Calls back whenever a client connects. */
  onConnection(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface BalancerOptions {
  /** Uniform in [0, 1): chooses the acknowledgements that are lost. */
  readonly random?: () => number;
  /** Who gets a connection: the next server, or the one that has the fewest. */
  readonly by?: 'turns' | 'fewest';
}

export async function startBalancer(
  urls: readonly string[],
  { random = () => 0, by = 'turns' }: BalancerOptions = {},
): Promise<Balancer> {
  const ports = urls.map(portOf);
  const enabled = ports.map(() => true);
  const connections = new Set<Connection>();
  const listeners = new Set<() => void>();
  const lossy = { share: 0, lost: 0 };
  let turn = 0;
  let swallowing = false;
  const losesAck = () => {
    if (random() >= lossy.share) return false;
    lossy.lost += 1;
    return true;
  };
  /** The enabled ports, the next one first. */
  const nextPorts = () => {
    const open = ports.filter((_, index) => enabled[index]);
    const first = turn % Math.max(1, open.length);
    turn += 1;
    const inTurn = [...open.slice(first), ...open.slice(0, first)];
    return by === 'turns' ? inTurn : inTurn.toSorted((a, b) => load(a) - load(b));
  };
  const load = (port: number) => [...connections].filter((connection) => connection.port === port).length;
  const server = createServer((client) => {
    for (const listener of listeners) listener();
    const connection = new Connection(client, new AckFilter(losesAck), () => connections.delete(connection));
    connections.add(connection);
    if (swallowing) connection.swallow();
    else connection.lead(nextPorts());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('not a TCP address');
  return {
    url: `http://127.0.0.1:${bound.port}`,
    enable(index, isEnabled) {
      enabled[index] = isEnabled;
    },
    place(index, url) {
      ports[index] = portOf(url);
    },
    swallow() {
      swallowing = true;
      for (const connection of connections) connection.swallow();
    },
    heal() {
      swallowing = false;
    },
    reset() {
      swallowing = false;
      for (const connection of [...connections]) connection.reset();
    },
    loseAcks(share) {
      lossy.share = share;
    },
    lostAcks: () => lossy.lost,
    onConnection(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      for (const connection of [...connections]) connection.reset();
      server.close();
      await once(server, 'close');
    },
  };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
