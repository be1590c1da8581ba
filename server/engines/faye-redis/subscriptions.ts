import type { Sink } from '../engine.ts';
import type { Prepared } from '../prepared.ts';

/** A client of this process. */
export interface Client {
  readonly id: string;
  readonly channels: Set<string>;
  sink: Sink | undefined;
  /** What was taken out of Redis for a poll that was over by then: it comes before what is still there. */
  held: Prepared[];
  /** Bytes on their way to it, in Redis and here, and when the first of them came. */
  queued: number;
  since: number;
}

/** Which clients of this process are subscribed to what. */
export class Subscriptions {
  private readonly channels = new Map<string, Set<Client>>();

  /** Whether it was not there yet. */
  add(client: Client, channel: string): boolean {
    if (client.channels.has(channel)) return false;
    client.channels.add(channel);
    this.channels.set(channel, this.of(channel).add(client));
    return true;
  }

  /** Whether it was there. */
  remove(client: Client, channel: string): boolean {
    if (!client.channels.delete(channel)) return false;
    const left = this.of(channel);
    left.delete(client);
    if (left.size === 0) this.channels.delete(channel);
    return true;
  }

  of(channel: string): Set<Client> {
    return this.channels.get(channel) ?? new Set();
  }

  has(channel: string): boolean {
    return this.channels.has(channel);
  }

  clear(): void {
    this.channels.clear();
  }
}
