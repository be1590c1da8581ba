import type { Server } from 'node:http';

/** What a server under test tells the bench once it is up. */
export interface Listening {
  readonly type: 'listening';
  readonly port: number;
}

/** Listens on a free port of loopback. */
export function serve(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address) ready(address.port);
  });
}

/** Says where the server listens; it lives as long as the bench. */
export function ready(port: number): void {
  const listening: Listening = { type: 'listening', port };
  process.send?.(listening);
  process.on('disconnect', () => process.exit());
}
