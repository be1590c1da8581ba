import { once } from 'node:events';
import { WebSocket } from 'ws';
import { eachMark, markedText } from './marks.ts';
import type { Wire } from './wires/wire.ts';
import { type ServerName, WIRES } from './wires/wires.ts';

/** Characters of a message's text. */
const TEXT_LENGTH = 100;
/** How many members publish; as in a chat, they are subscribers too. */
const PUBLISHERS = 10;
/** Every so many subscribers one parses its frames fully, so that what the others count is known to be real messages. */
const AUDIT_EVERY = 50;
const CONNECT_AT_ONCE = 50;

interface Subscriber {
  readonly socket: WebSocket;
  count: number;
  /** Sum of the sequence numbers: with the count it tells a loss made up for by a duplicate. */
  sum: number;
  readonly audited: Set<number> | undefined;
}

/** One room full of subscribers, and what they have received since the last `reset`. */
export class Room {
  deliveries = 0;
  /** Microseconds from publish to receipt, where they are asked for. */
  latencies: number[] | undefined;
  bytes = 0;
  private published = 0;
  private seqSum = 0;
  private nextSeq = 1;
  private closed = false;
  private readonly wire: Wire;
  private readonly subscribers: Subscriber[] = [];
  private received: (() => void) | undefined;

  constructor(server: ServerName) {
    this.wire = WIRES[server];
  }

  get size(): number {
    return this.subscribers.length;
  }

  async fill(port: number, size: number): Promise<void> {
    while (this.subscribers.length < size) {
      const room = Math.min(CONNECT_AT_ONCE, size - this.subscribers.length);
      const more = Array.from({ length: room }, (_, i) => this.connect(port, this.subscribers.length + i));
      this.subscribers.push(...(await Promise.all(more)));
    }
  }

  publish(): void {
    const seq = this.nextSeq;
    this.nextSeq += 1;
    this.published += 1;
    this.seqSum += seq;
    const { socket } = this.subscribers[seq % PUBLISHERS] ?? {};
    if (socket) this.wire.publish(socket, markedText(seq, performance.now() * 1000, TEXT_LENGTH));
  }

  /** Messages published and not yet received by all. */
  get outstanding(): number {
    return this.published - this.deliveries / this.size;
  }

  /** Calls back after each frame with messages. */
  onReceived(callback: () => void): void {
    this.received = callback;
  }

  /** Throws unless every subscriber got every message exactly once. Call when nothing is under way. */
  verify(): void {
    for (const [index, { count, sum, audited }] of this.subscribers.entries()) {
      if (count !== this.published || sum !== this.seqSum || (audited && audited.size !== this.published)) {
        throw new Error(
          `subscriber ${index} got ${count} of ${this.published} messages (parsed: ${audited?.size ?? 'no'})`,
        );
      }
    }
  }

  close(): void {
    this.closed = true;
    for (const { socket } of this.subscribers) socket.terminate();
  }

  private async connect(port: number, index: number): Promise<Subscriber> {
    const options = { perMessageDeflate: false, skipUTF8Validation: true } as const;
    const socket = new WebSocket(`ws://127.0.0.1:${port}${this.wire.path}`, options);
    await once(socket, 'open');
    await this.wire.enter(socket, index < PUBLISHERS);
    const subscriber = { socket, count: 0, sum: 0, audited: index % AUDIT_EVERY === 0 ? new Set<number>() : undefined };
    socket.on('message', (frame: Buffer) => this.receive(subscriber, frame));
    socket.on('close', () => {
      if (!this.closed) throw new Error(`the server cut subscriber ${index}`);
    });
    return subscriber;
  }

  private receive(subscriber: Subscriber, frame: Buffer): void {
    const { latencies } = this;
    const now = performance.now() * 1000;
    const count = eachMark(frame, (seq, time) => {
      subscriber.sum += seq;
      latencies?.push(now - time);
    });
    if (count === 0) return this.wire.control(subscriber.socket, frame);
    subscriber.count += count;
    this.deliveries += count;
    this.bytes += frame.length;
    if (subscriber.audited)
      for (const text of this.wire.texts(frame)) eachMark(Buffer.from(text), (seq) => subscriber.audited?.add(seq));
    this.received?.();
  }
}
