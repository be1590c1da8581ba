import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that gives each connection to the next of several servers: no stickiness at all. */
export interface Balancer {
  readonly url: string;
  /** Takes a server out or puts it back; connections that it has stay. */
  enable(index: number, isEnabled: boolean): void;
  close(): Promise<void>;
}

export async function startBalancer(urls: readonly string[]): Promise<Balancer> {
  const ports = urls.map((url) => Number(new URL(url).port));
  const enabled = ports.map(() => true);
  const sockets = new Set<Socket>();
  let turn = 0;
  const nextPort = () => {
    for (const _ of ports) {
      const index = turn % ports.length;
      turn += 1;
      const port = ports[index];
      if (enabled[index] && port !== undefined) return port;
    }
    return undefined;
  };
  const server = createServer((client) => {
    const port = nextPort();
    if (port === undefined) {
      client.destroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()); // one side is gone, so is the other
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
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
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
