import type { Delivery, Sink } from './engine.ts';
import { textFrame } from './frame.ts';
import { Prepared } from './prepared.ts';
import type { Flushable, Turn } from './turn.ts';

/** A Bayeux client as the memory engine knows it. */
export interface Client {
  readonly id: string;
  readonly channels: Set<Channel>;
  sink: Sink | undefined;
  queue: Prepared[];
  queueBytes: number;
  expiry: NodeJS.Timeout | undefined;
}

/** Over this many characters a channel does not wait for the end of the turn. */
const BATCH_LENGTH = 128 * 1024;

/** A channel's subscribers, and what this turn of the event loop has brought for them. */
export class Channel implements Flushable {
  readonly name: string;
  readonly clients = new Set<Client>();
  private readonly json: string;
  private readonly turn: Turn;
  private readonly write: (batch: readonly Prepared[], ms: number) => void;
  private batch: Prepared[] = [];
  private length = 0;
  private since = 0;

  constructor(name: string, turn: Turn, write: (batch: readonly Prepared[], ms: number) => void) {
    this.name = name;
    this.json = JSON.stringify(name);
    this.turn = turn;
    this.write = write;
  }

  isPending(): boolean {
    return this.batch.length > 0;
  }

  publish(message: Delivery): void {
    this.add(Prepared.of(message, this.json));
  }

  /** Data that is JSON already. */
  publishJson(payload: string): void {
    this.add(Prepared.ofJson(this.name, payload, this.json));
  }

  flush(): void {
    if (this.batch.length === 0) return;
    const { batch } = this;
    this.batch = [];
    this.length = 0;
    this.write(batch, performance.now() - this.since);
  }

  private add(prepared: Prepared): void {
    if (this.batch.length === 0) {
      this.since = performance.now();
      this.turn.delivered(this);
    }
    this.batch.push(prepared);
    this.length += prepared.json.length;
    if (this.length > BATCH_LENGTH) this.turn.end();
  }
}

/** One WebSocket frame with all of a batch. */
export function batchFrame(batch: readonly Prepared[]): Buffer {
  return textFrame(`[${batch.map((message) => message.json).join(',')}]`);
}
