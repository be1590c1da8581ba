import { once } from 'node:events';
import { WebSocket } from 'ws';
import { eachMark, markedText } from './marks.ts';
import type { Wire } from './wires/wire.ts';

/** Characters of a chat message's text. */
const TEXT_LENGTH = 100;
/** How many members publish; as in a chat, they are subscribers too. */
const PUBLISHERS = 10;
/** Every so many subscribers one parses its frames fully, so that what the others count is known to be real messages. */
const AUDIT_EVERY = 50;
const CONNECT_AT_ONCE = 50;
/** ms between the widget's questions whether the relay is there (widget/net/relay-session.ts). */
export const BEAT_MS = 6_000;

interface Subscriber {
  readonly socket: WebSocket;
  count: number;
  /** Sum of the sequence numbers: with the count it tells a loss made up for by a duplicate. */
  sum: number;
  readonly audited: Set<number> | undefined;
  /** When what has not been acknowledged yet was published, µs: answers come in order. */
  readonly unacknowledged: number[];
}

/** What all rooms of a load have received. Times are in microseconds, from publish to receipt. */
export class Tally {
  deliveries = 0;
  bytes = 0;
  /** Set where times are asked for. */
  latencies: number[] | undefined;
  acknowledgements: number[] | undefined;
}

export interface RoomPorts {
  readonly name: string;
  /** Who speaks first in it: as rooms speak in turn, all would have the same server for a second, and then the other. */
  readonly first: number;
  readonly wire: Wire;
  /** The server's; subscribers are spread over them. */
  readonly ports: readonly number[];
  readonly textLength: number | undefined;
  readonly tally: Tally;
}

/** One room full of subscribers, and what they have received. */
export class Room {
  private deliveries = 0;
  private published = 0;
  private seqSum = 0;
  private nextSeq = 1;
  private closed = false;
  private readonly given: RoomPorts;
  private readonly subscribers: Subscriber[] = [];
  private received: (() => void) | undefined;
  private readonly beats: NodeJS.Timeout[] = [];

  constructor(given: RoomPorts) {
    this.given = given;
  }

  async fill(size: number): Promise<void> {
    while (this.subscribers.length < size) {
      const room = Math.min(CONNECT_AT_ONCE, size - this.subscribers.length);
      const more = Array.from({ length: room }, (_, i) => this.connect(this.subscribers.length + i));
      this.subscribers.push(...(await Promise.all(more)));
    }
  }

  /** Everyone who speaks in it says something: what is measured is talk that goes on, not the first word of each. */
  greet(): void {
    for (let n = Math.min(PUBLISHERS, this.subscribers.length); n > 0; n -= 1) this.publish();
  }

  publish(): void {
    const seq = this.nextSeq;
    const { wire, textLength, first } = this.given;
    const subscriber = this.subscribers[(first + seq) % Math.min(PUBLISHERS, this.subscribers.length)];
    if (!subscriber) return;
    this.nextSeq += 1;
    this.published += 1;
    this.seqSum += seq;
    const now = performance.now() * 1000;
    subscriber.unacknowledged.push(now);
    wire.publish(subscriber.socket, markedText(seq, now, textLength ?? TEXT_LENGTH));
  }

  /** Messages published and not yet received by all. */
  get outstanding(): number {
    return this.published - this.deliveries / this.subscribers.length;
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

  /** Says goodbye where the wire has one, and closes. */
  async close(): Promise<void> {
    this.closed = true;
    for (const beat of this.beats) clearInterval(beat);
    const { wire } = this.given;
    const all = this.subscribers.map(async ({ socket }) => {
      wire.leave?.(socket);
      socket.close();
      await once(socket, 'close');
    });
    await Promise.all(all);
  }

  private async connect(index: number): Promise<Subscriber> {
    const { wire, ports, name } = this.given;
    const socket = await connect(ports[index % ports.length] ?? 0, wire);
    await wire.enter(socket, name, index < PUBLISHERS);
    if (wire.beat) this.beats.push(setInterval(() => wire.beat?.(socket), BEAT_MS));
    const audited = index % AUDIT_EVERY === 0 ? new Set<number>() : undefined;
    const subscriber: Subscriber = { socket, count: 0, sum: 0, audited, unacknowledged: [] };
    socket.on('message', (frame: Buffer) => this.receive(subscriber, frame));
    socket.on('close', () => {
      if (!this.closed) throw new Error(`the server cut subscriber ${index}`);
    });
    return subscriber;
  }

  private receive(subscriber: Subscriber, frame: Buffer): void {
    const { tally, wire } = this.given;
    const now = performance.now() * 1000;
    const count = eachMark(frame, (seq, time) => {
      subscriber.sum += seq;
      tally.latencies?.push(now - time);
    });
    if (count === 0) return this.acknowledge(subscriber, wire.control(subscriber.socket, frame), now);
    subscriber.count += count;
    this.deliveries += count;
    tally.deliveries += count;
    tally.bytes += frame.length;
    if (subscriber.audited)
      for (const text of wire.texts(frame)) eachMark(Buffer.from(text), (seq) => subscriber.audited?.add(seq));
    this.received?.();
  }

  private acknowledge({ unacknowledged }: Subscriber, count: number, now: number): void {
    for (const time of unacknowledged.splice(0, count)) this.given.tally.acknowledgements?.push(now - time);
  }
}

/** An open socket to a server. */
export async function connect(port: number, wire: Wire): Promise<WebSocket> {
  const options = { perMessageDeflate: false, skipUTF8Validation: true } as const;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${wire.path}`, options);
  await once(socket, 'open');
  return socket;
}
