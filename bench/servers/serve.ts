import type { Server } from 'node:http';
import { parseArgs } from 'node:util';

/** What a server under test tells the bench: once it is up, and whenever it is asked for its memory. */
export type ServerReport =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'memory'; readonly rss: number; readonly heap: number };

/** The Redis that several processes of the server share; undefined: this is the only one. */
export function redisUrl(): string | undefined {
  return parseArgs({ options: { redis: { type: 'string' } }, strict: false }).values.redis?.toString();
}

/** Listens on a free port of loopback. */
export function serve(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address) ready(address.port);
  });
}

/** Says where the server listens; it lives as long as the bench, and tells its memory after collecting garbage. */
export function ready(port: number): void {
  tell({ type: 'listening', port });
  process.on('message', () => {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    tell({ type: 'memory', rss, heap: heapUsed });
  });
  process.on('disconnect', end);
}

/** Node's way out writes the profile, if one is taken; without one there is a surer way, on which no thread is waited for. */
function end(): void {
  if (process.execArgv.includes('--cpu-prof')) process.exit();
  process.kill(process.pid, 'SIGKILL');
}

function tell(report: ServerReport): void {
  process.send?.(report);
}
