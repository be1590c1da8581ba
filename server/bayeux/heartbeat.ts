import type { WebSocket } from 'ws';
import type { Socket } from './socket.ts';

/** ms of silence after which a client is asked for a sign of life, and after which it is cut. Our own ask every 6 s. */
export const HEARTBEAT = { ask: 6_500, dead: 9_000, sweep: 500 } as const;
/** ms between the parts of a sweep: to ask hundreds of sockets in one turn would hold everybody else up. */
const STEP_MS = 25;
/** ms that a socket may live without carrying a session. */
export const IDLE_MS = 12_000;
/** RFC 6455, section 7.4.1: against the rules of the endpoint. */
const POLICY = 1008;

interface Signs {
  /** When the client was last heard. */
  heardAt: number;
  asked: boolean;
  /** When the socket last carried a session, or was opened. */
  usedAt: number;
}

/** Finds sockets that have gone silent (TCP alone does not notice for minutes) and those that nobody uses. */
export class Heartbeat {
  private readonly signs = new WeakMap<Socket, Signs>();
  private readonly sockets: ReadonlySet<Socket>;
  private timer: NodeJS.Timeout | undefined;
  /** Those that the sweep has yet to look at. */
  private rest: Iterator<Socket> | undefined;

  constructor(sockets: ReadonlySet<Socket>) {
    this.sockets = sockets;
  }

  watch(ws: Pick<WebSocket, 'on'>, socket: Socket): void {
    const now = performance.now();
    const signs: Signs = { heardAt: now, asked: false, usedAt: now };
    this.signs.set(socket, signs);
    const hear = () => {
      signs.heardAt = performance.now();
      signs.asked = false;
    };
    ws.on('message', hear);
    ws.on('pong', hear);
    ws.on('ping', hear);
    this.timer ??= setInterval(() => this.step(performance.now()), STEP_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private step(now: number): void {
    this.rest ??= this.sockets.values();
    for (let left = (this.sockets.size * STEP_MS) / HEARTBEAT.sweep; left > 0; left -= 1) {
      const { done, value: socket } = this.rest.next();
      if (done) {
        this.rest = undefined;
        return;
      }
      const signs = this.signs.get(socket);
      if (signs) this.look(socket, signs, now);
    }
  }

  private look(socket: Socket, signs: Signs, now: number): void {
    const silent = now - signs.heardAt;
    if (socket.session || socket.home !== undefined) signs.usedAt = now;
    if (silent >= HEARTBEAT.dead) socket.terminate();
    else if (now - signs.usedAt >= IDLE_MS) socket.close(POLICY, 'no session');
    else if (silent >= HEARTBEAT.ask && !signs.asked) {
      signs.asked = true;
      socket.ping();
    }
  }
}
