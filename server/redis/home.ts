import type { Carrier, PollCarrier, SocketCarrier } from '../bayeux/carrier.ts';
import type { Reply } from '../bayeux/replies.ts';
import type { Session } from '../bayeux/sessions.ts';
import type { Delivery } from '../engines/engine.ts';
import { frameText } from '../engines/frame.ts';
import { Prepared } from '../engines/prepared.ts';
import { type Message, parseMessage, type RefusedMessage } from '../gate/message.ts';
import { type Envelope, pack, unpack } from './envelope.ts';

/** ms without a sign of life after which a socket at another process is taken for gone; they come every 2 s. */
const SILENT_MS = 10_000;
/** ms that a socket may have no session. */
const IDLE_MS = 12_000;
/** RFC 6455, section 7.4.1: against the rules of the endpoint. */
const POLICY = 1008;
/** RFC 6455's registry: the service restarts. */
const RESTART = 1012;

export interface HomePorts {
  receive(
    messages: readonly (Message | RefusedMessage)[],
    carrier: Carrier,
    mayHold: boolean,
  ): readonly Promise<readonly Reply[]>[];
  socketGone(socket: SocketCarrier): void;
  restore(clientId: string, messages: readonly Delivery[]): void;
  /** How many processes heard it; rejects where Redis did not take it. */
  send(edge: string, envelope: Envelope): Promise<number>;
  /** Writes a frame's text to sockets at another process. */
  write(edge: string, sockets: readonly number[], text: string): void;
}

type Ask = Envelope & { readonly type: 'ask' };

/** Sessions that are here and have their clients' connections at other processes: answers what they bring. */
export class Home {
  private readonly ports: HomePorts;
  private readonly sockets = new Map<string, RemoteSocket>();
  private readonly polls = new Map<string, RemotePoll>();
  private readonly outbox: Outbox;

  constructor(ports: HomePorts) {
    this.ports = ports;
    this.outbox = new Outbox(ports);
  }

  async asked({ edge, ask, socket, guests, mayHold, message: raw }: Ask): Promise<void> {
    const message = parseMessage(raw);
    const key = `${edge} ${ask}`;
    const poll = socket === undefined ? new RemotePoll(guests) : undefined;
    if (poll) this.polls.set(key, poll);
    const carrier = poll ?? this.socket(edge, socket ?? 0, guests);
    const replies = (await Promise.all(this.ports.receive([message], carrier, mayHold))).flat();
    this.polls.delete(key);
    this.outbox.flush();
    const answer: Envelope = { type: 'answer', ask, replies: replies.map(pack) };
    const heard = poll?.isOpen() === false ? 0 : await this.ports.send(edge, answer).catch(() => 0);
    if (heard > 0 || message.type !== 'connect') return;
    this.ports.restore(
      message.clientId,
      replies.filter((reply) => reply instanceof Prepared),
    );
  }

  hungUp(edge: string, ask: number): void {
    this.polls.get(`${edge} ${ask}`)?.close();
  }

  restore(clientId: string, deliveries: (Envelope & { readonly type: 'restore' })['deliveries']): void {
    const messages = deliveries.map(unpack).filter((reply) => reply instanceof Prepared);
    this.ports.restore(clientId, messages);
  }

  gone(edge: string, number: number): void {
    const socket = this.sockets.get(`${edge} ${number}`);
    if (socket) this.drop(socket);
  }

  /** What another process says of the sockets that carry sessions of this one. */
  alive(edge: string, numbers: readonly number[]): void {
    const now = performance.now();
    for (const number of numbers) {
      const socket = this.sockets.get(`${edge} ${number}`);
      if (socket) socket.heardAt = now;
      else this.send(edge, { type: 'close', socket: number, code: POLICY, reason: 'no session' });
    }
  }

  sweep(): void {
    const now = performance.now();
    for (const socket of [...this.sockets.values()]) {
      if (socket.session) socket.usedAt = now;
      if (now - socket.heardAt > SILENT_MS) this.drop(socket);
      else if (now - socket.usedAt > IDLE_MS) socket.close(POLICY, 'no session');
    }
  }

  /** The process ends: sockets elsewhere are let go. */
  end(): void {
    for (const socket of [...this.sockets.values()]) socket.close(RESTART, 'come again');
  }

  /** Redis is away: nothing reaches the sockets elsewhere. */
  cutOff(): void {
    for (const socket of [...this.sockets.values()]) this.drop(socket);
    for (const poll of this.polls.values()) poll.close();
  }

  private socket(edge: string, number: number, guests: boolean): RemoteSocket {
    const key = `${edge} ${number}`;
    const known = this.sockets.get(key);
    if (known) return known;
    const made = new RemoteSocket({ edge, number, guests }, this.outbox, (code, reason) => {
      this.sockets.delete(key);
      this.outbox.flush();
      this.send(edge, { type: 'close', socket: number, code, reason });
    });
    this.sockets.set(key, made);
    return made;
  }

  private drop(socket: RemoteSocket): void {
    this.sockets.delete(`${socket.edge} ${socket.number}`);
    socket.open = false;
    this.ports.socketGone(socket);
  }

  private send(edge: string, envelope: Envelope): void {
    this.ports.send(edge, envelope).catch(() => undefined); // Redis is away: `cutOff` drops all
  }
}

/** A POST at another process. */
class RemotePoll implements PollCarrier {
  readonly type = 'poll';
  readonly guests: boolean;
  /** The process that it came to has counted it. */
  readonly address = undefined;
  private open = true;
  private readonly listeners: (() => void)[] = [];

  constructor(guests: boolean) {
    this.guests = guests;
  }

  isOpen(): boolean {
    return this.open;
  }

  onClose(listener: () => void): void {
    this.listeners.push(listener);
  }

  close(): void {
    this.open = false;
    for (const listener of this.listeners) listener();
  }
}

/** A WebSocket at another process. */
class RemoteSocket implements SocketCarrier {
  readonly type = 'socket';
  readonly edge: string;
  readonly number: number;
  readonly guests: boolean;
  readonly address = undefined;
  session: Session | undefined;
  /** It is the edge's socket that has a home. */
  home: undefined;
  open = true;
  heardAt = performance.now();
  usedAt = performance.now();
  private readonly outbox: Outbox;
  private readonly onClose: (code: number, reason: string) => void;

  constructor(
    { edge, number, guests }: { readonly edge: string; readonly number: number; readonly guests: boolean },
    outbox: Outbox,
    onClose: (code: number, reason: string) => void,
  ) {
    this.edge = edge;
    this.number = number;
    this.guests = guests;
    this.outbox = outbox;
    this.onClose = onClose;
  }

  isOpen(): boolean {
    return this.open;
  }

  write(frame: Buffer): void {
    if (this.open) this.outbox.add(this.edge, this.number, frame);
  }

  close(code: number, reason: string): void {
    if (!this.open) return;
    this.open = false;
    this.onClose(code, reason);
  }
}

/** Collects the sockets of one process that get the same frame: it goes there once. */
class Outbox {
  private readonly ports: Pick<HomePorts, 'write'>;
  private byEdge = new Map<string, Map<Buffer, number[]>>();

  constructor(ports: Pick<HomePorts, 'write'>) {
    this.ports = ports;
  }

  add(edge: string, socket: number, frame: Buffer): void {
    if (this.byEdge.size === 0) queueMicrotask(() => this.flush());
    const frames = this.byEdge.get(edge) ?? new Map<Buffer, number[]>();
    this.byEdge.set(edge, frames);
    const sockets = frames.get(frame);
    if (sockets) sockets.push(socket);
    else frames.set(frame, [socket]);
  }

  flush(): void {
    const { byEdge } = this;
    if (byEdge.size === 0) return;
    this.byEdge = new Map();
    for (const [edge, frames] of byEdge) {
      for (const [frame, sockets] of frames) this.ports.write(edge, sockets, frameText(frame));
    }
  }
}
