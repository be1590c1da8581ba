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

interface Watched {
  readonly socket: Socket;
  /** When the client was last heard. */
  heardAt: number;
  asked: boolean;
  /** When the socket last carried a session, or was opened. */
  usedAt: number;
}

/** Finds sockets that have gone silent (TCP alone does not notice for minutes) and those that nobody uses. */
export class Heartbeat {
  private readonly watched = new Set<Watched>();
  private readonly rounds = new Rounds(() => this.watched, HEARTBEAT.sweep / STEP_MS);
  private timer: NodeJS.Timeout | undefined;

  watch(ws: Pick<WebSocket, 'on'>, socket: Socket): void {
    const now = performance.now();
    const watched: Watched = { socket, heardAt: now, asked: false, usedAt: now };
    this.watched.add(watched);
    const hear = () => {
      watched.heardAt = performance.now();
      watched.asked = false;
    };
    ws.on('message', hear);
    ws.on('pong', hear);
    ws.on('ping', hear);
    ws.on('close', () => this.watched.delete(watched));
    this.timer ??= setInterval(() => this.step(performance.now()), STEP_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private step(now: number): void {
    for (const watched of this.rounds.next()) look(watched, now);
  }
}

function look(watched: Watched, now: number): void {
  const { socket } = watched;
  const silent = now - watched.heardAt;
  if (socket.session || socket.home !== undefined) watched.usedAt = now;
  if (silent >= HEARTBEAT.dead) socket.terminate();
  else if (now - watched.usedAt >= IDLE_MS) socket.close(POLICY, 'no session');
  else if (silent >= HEARTBEAT.ask && !watched.asked) {
    watched.asked = true;
    socket.ping();
  }
}
