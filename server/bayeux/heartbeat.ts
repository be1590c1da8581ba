import type { WebSocket } from 'ws';
import type { Socket } from './socket.ts';

/** ms of silence after which a client is asked for a sign of life, and after which it is cut. */
export const HEARTBEAT = { ask: 4_000, dead: 9_000, sweep: 500 } as const;

/** Finds sockets that have gone silent: TCP alone does not notice for minutes. */
export class Heartbeat {
  private readonly heard = new WeakMap<Socket, { at: number; asked: boolean }>();
  private readonly sockets: ReadonlySet<Socket>;
  private timer: NodeJS.Timeout | undefined;

  constructor(sockets: ReadonlySet<Socket>) {
    this.sockets = sockets;
  }

  watch(ws: WebSocket, socket: Socket): void {
    const sign = { at: performance.now(), asked: false };
    this.heard.set(socket, sign);
    const hear = () => {
      sign.at = performance.now();
      sign.asked = false;
    };
    ws.on('message', hear);
    ws.on('pong', hear);
    ws.on('ping', hear);
    this.timer ??= setInterval(() => this.sweep(performance.now()), HEARTBEAT.sweep).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private sweep(now: number): void {
    for (const socket of this.sockets) {
      const sign = this.heard.get(socket);
      if (!sign) continue;
      const silent = now - sign.at;
      if (silent >= HEARTBEAT.dead) socket.terminate();
      else if (silent >= HEARTBEAT.ask && !sign.asked) {
        sign.asked = true;
        socket.ping();
      }
    }
  }
}
