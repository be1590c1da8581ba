import { connect, type Socket } from 'node:net';
import type { AckFilter } from './ack-filter.ts';

/** One client's connection through the balancer. */
export class Connection {
  private readonly client: Socket;
  private readonly filter: AckFilter;
  private readonly ended: () => void;
  private server: Socket | undefined;
  private leadsTo: number | undefined;
  private swallowing = false;

  constructor(client: Socket, filter: AckFilter, ended: () => void) {
    this.client = client;
    this.filter = filter;
    this.ended = ended;
    client.setNoDelay(true);
    client.pause(); // until there is a server
    client.on('error', () => undefined); // `close` follows
    client.on('close', () => this.closed(this.server));
  }

  /** The server that it leads to, or is about to. */
  get port(): number | undefined {
    return this.leadsTo;
  }

  /** Tries servers one after another, as a balancer does that is refused a connection. */
  lead([port, ...others]: readonly number[]): void {
    if (port === undefined) return void this.client.destroy();
    this.leadsTo = port;
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    let refused = true;
    server.on('connect', () => {
      refused = false;
      this.join(server);
    });
    server.on('error', () => undefined); // `close` follows
    server.on('close', () => {
      if (refused && !this.client.destroyed && !this.swallowing) this.lead(others);
      else if (!refused) this.closed(this.client);
    });
  }

  /** Nothing passes any more. */
  swallow(): void {
    this.swallowing = true;
    this.client.resume();
  }

  reset(): void {
    this.swallowing = false;
    this.client.resetAndDestroy();
    this.server?.resetAndDestroy();
    this.ended();
  }

  private join(server: Socket): void {
    this.server = server;
    if (this.client.destroyed) return void server.destroy();
    this.pump(this.client, server, (chunk) => [chunk]);
    this.pump(server, this.client, (chunk) => this.filter.pass(chunk));
  }

  private pump(from: Socket, to: Socket, pass: (chunk: Buffer) => readonly Buffer[]): void {
    from.on('data', (chunk: Buffer) => {
      if (this.swallowing) return;
      for (const part of pass(chunk)) {
        if (to.write(part)) continue;
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.on('end', () => {
      if (!this.swallowing) to.end();
    });
    from.resume();
  }

  /** One side is gone, so is the other; but the other side of a network that swallows everything does not hear it. */
  private closed(other: Socket | undefined): void {
    if (this.swallowing) return;
    other?.destroy();
    this.ended();
  }
}
