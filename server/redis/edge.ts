import { refuse } from '../../protocol/result.ts';
import type { Carrier, SocketCarrier } from '../bayeux/carrier.ts';
import type { Elsewhere } from '../bayeux/elsewhere.ts';
import { echoOf, type Reply, refusalReply } from '../bayeux/replies.ts';
import type { Delivery } from '../engines/engine.ts';
import { textFrame } from '../engines/frame.ts';
import { Prepared } from '../engines/prepared.ts';
import type { SessionMessage } from '../gate/message.ts';
import { type Envelope, pack, rawOf, unpack } from './envelope.ts';

/** ms for which an answer is waited for: longer than a connect is held. */
const ANSWER_MS = 45_000;
/** RFC 6455's registry: the service restarts; come again. */
const RESTART = 1012;

export interface EdgePorts {
  readonly node: string;
  homeOf(clientId: string): string | undefined;
  isUp(): boolean;
  /** How many processes heard it; rejects where Redis did not take it. */
  send(home: string, envelope: Envelope): Promise<number>;
  /** Takes a socket off the session of this process that it carries. */
  release(socket: SocketCarrier): void;
  /** Whether these processes live, or undefined where that can't be known. */
  alive(homes: readonly string[]): Promise<ReadonlySet<string> | undefined>;
}

interface Asked {
  readonly home: string;
  readonly message: SessionMessage;
  readonly at: number;
  readonly resolve: (replies: readonly Reply[]) => void;
}

/** Clients that are connected here and have their session at another process: brings there what they say. */
export class Edge implements Elsewhere {
  private readonly ports: EdgePorts;
  private readonly asked = new Map<number, Asked>();
  private readonly sockets = new Map<number, SocketCarrier>();
  private readonly numbers = new WeakMap<SocketCarrier, number>();
  private last = 0;

  constructor(ports: EdgePorts) {
    this.ports = ports;
  }

  homeOf(clientId: string): string | undefined {
    const home = this.ports.homeOf(clientId);
    return home === this.ports.node ? undefined : home;
  }

  forward(home: string, message: SessionMessage, carrier: Carrier, mayHold: boolean): Promise<readonly Reply[]> {
    if (!this.ports.isUp()) {
      return Promise.resolve([refusal(message, 'overloaded', 'the relay that has the session can not be reached')]);
    }
    const socket = carrier.type === 'socket' ? this.enlist(carrier, home) : undefined;
    const ask = this.next();
    const { node } = this.ports;
    if (carrier.type === 'poll') {
      carrier.onClose(() => this.asked.has(ask) && this.send(home, { type: 'hung-up', edge: node, ask }));
    }
    return new Promise((resolve) => {
      this.asked.set(ask, { home, message, at: performance.now(), resolve });
      const { guests } = carrier;
      this.ports
        .send(home, {
          ...{ type: 'ask', edge: node, ask, guests, mayHold, message: rawOf(message) },
          ...(socket === undefined ? {} : { socket }),
        })
        .then(
          // The socket stays until `look` finds the same: its client must read this answer, or it would only try again.
          (heard) => heard === 0 && this.fail(ask),
          () => this.fail(ask),
        );
    });
  }

  restore(home: string, clientId: string, messages: readonly Delivery[]): void {
    const deliveries = messages.filter((message) => message instanceof Prepared).map(pack);
    this.send(home, { type: 'restore', clientId, deliveries });
  }

  leave(socket: SocketCarrier): void {
    const number = this.numbers.get(socket);
    const { home } = socket;
    socket.home = undefined;
    if (number === undefined || home === undefined) return;
    this.sockets.delete(number);
    this.send(home, { type: 'gone', edge: this.ports.node, socket: number });
  }

  answered(ask: number, replies: Envelope & { readonly type: 'answer' }): void {
    this.settle(ask, replies.replies.map(unpack));
  }

  /** Home writes one frame to some of the sockets here. */
  write(sockets: readonly number[], text: string): void {
    const frame = textFrame(text);
    for (const number of sockets) this.sockets.get(number)?.write(frame);
  }

  closed(number: number, code: number, reason: string): void {
    const socket = this.sockets.get(number);
    if (!socket) return;
    this.sockets.delete(number);
    socket.home = undefined;
    socket.close(code, reason);
  }

  /** Tells homes which sockets live, and gives up what was asked too long ago. */
  sweep(): void {
    const byHome = new Map<string, number[]>();
    for (const [number, { home }] of this.sockets) {
      if (home === undefined) continue;
      const numbers = byHome.get(home);
      if (numbers) numbers.push(number);
      else byHome.set(home, [number]);
    }
    for (const [home, sockets] of byHome) this.send(home, { type: 'alive', edge: this.ports.node, sockets });
    const now = performance.now();
    for (const [ask, { at }] of this.asked) if (now - at > ANSWER_MS) this.fail(ask);
  }

  /** Lets go of all whose home has died: nobody may wait for nothing. */
  async look(): Promise<void> {
    const homes = new Set([...this.asked.values()].map(({ home }) => home));
    for (const { home } of this.sockets.values()) if (home !== undefined) homes.add(home);
    if (homes.size === 0) return;
    const alive = await this.ports.alive([...homes]);
    // Of whom was asked about: a home that has been turned to meanwhile is not dead for that.
    if (alive) this.drop((home) => homes.has(home) && !alive.has(home));
  }

  /** Redis is away: no home can be reached. */
  cutOff(): void {
    this.drop(() => true);
  }

  private drop(isLost: (home: string) => boolean): void {
    for (const [ask, { home }] of [...this.asked]) if (isLost(home)) this.fail(ask);
    for (const [number, socket] of [...this.sockets]) {
      if (socket.home !== undefined && isLost(socket.home)) this.closed(number, RESTART, 'come again');
    }
  }

  /** The socket carries a session of that process from now on. */
  private enlist(socket: SocketCarrier, home: string): number {
    const number = this.numbers.get(socket) ?? this.next();
    if (socket.home === home) return number;
    if (socket.session) this.ports.release(socket);
    if (socket.home !== undefined) this.leave(socket);
    this.numbers.set(socket, number);
    this.sockets.set(number, socket);
    socket.home = home;
    return number;
  }

  private fail(ask: number): void {
    const asked = this.asked.get(ask);
    if (asked) this.settle(ask, [refusal(asked.message, 'unknown_session', 'the relay that had the session is gone')]);
  }

  private settle(ask: number, replies: readonly Reply[]): void {
    this.asked.get(ask)?.resolve(replies);
    this.asked.delete(ask);
  }

  private send(home: string, envelope: Envelope): void {
    this.ports.send(home, envelope).catch(() => undefined); // Redis is away: `cutOff` lets go of all
  }

  private next(): number {
    this.last += 1;
    return this.last;
  }
}

function refusal(message: SessionMessage, code: 'overloaded' | 'unknown_session', why: string): Reply {
  return refusalReply(refuse(code, why), echoOf(message));
}
