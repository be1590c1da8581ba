import type { WebSocket } from 'ws';
import { Rounds } from '../rounds.ts';
import type { Socket } from './socket.ts';

/** ms of silence after which a client is asked for a sign of life, and after which it is cut. Our own ask every 6 s. */
export const HEARTBEAT = { ask: 6_500, dead: 9_000, sweep: 500 } as const;
/** ms between the parts of a sweep. */
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
  private readonly sockets: Rounds<Socket>;
  private timer: NodeJS.Timeout | undefined;

  constructor(sockets: ReadonlySet<Socket>) {
    this.sockets = new Rounds(sockets, HEARTBEAT.sweep / STEP_MS);
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
    for (const socket of this.sockets.next()) {
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
