import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server under test tells the bench: where it listens, and the CPU time it has burnt. */
export type Report =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'cpu'; readonly seconds: number; readonly rssBytes: number };

/** Listens on a free port of loopback, and answers each message of the parent with the CPU time so far. */
export function serve(server: Server): void {
  server.listen(0, '127.0.0.1', () => report({ type: 'listening', port: (server.address() as AddressInfo).port }));
  answerCpu();
}

export function answerCpu(): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    report({ type: 'cpu', seconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss() });
  });
  process.on('disconnect', () => process.exit());
}

export function report(message: Report): void {
  process.send?.(message);
}
