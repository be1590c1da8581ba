import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { LIMITS } from '../../protocol/limits.ts';
import { REFUSALS } from '../../protocol/refusals.ts';
import { type Refused, refuse } from '../../protocol/result.ts';
import type { Turn } from '../engines/turn.ts';
import type { Admit } from '../gate/origin.ts';
import type { Limits } from '../limits/limits.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { Front } from './front.ts';
import { Heartbeat } from './heartbeat.ts';
import { refusalReply } from './replies.ts';
import { serve } from './serve.ts';
import type { Sessions } from './sessions.ts';
import { Socket } from './socket.ts';
import { TurnBudget } from './turn-budget.ts';

/** ms over which a closing relay's clients are told, in steps, so that they do not all come to another at once; at least so many a step. */
const DRAIN = { spread: 1_500, step: 50, least: 5 } as const;

export interface UpgradePorts {
  readonly front: Front;
  readonly sessions: Sessions;
  readonly admit: Admit;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly turn: Turn;
  readonly elsewhere?: Elsewhere | undefined;
}

/** The WebSocket half of Bayeux: turns upgrades that pass the gate into sockets, and keeps watch over them. */
export class Upgrades {
  readonly sockets = new Set<Socket>();
  private readonly ports: UpgradePorts;
  private readonly heartbeat = new Heartbeat();
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LIMITS.frameBytes,
    perMessageDeflate: false,
  });
  private readonly budget = new TurnBudget();
  private draining = false;

  constructor(ports: UpgradePorts) {
    this.ports = ports;
  }

  /** Answers an upgrade of our own path: by a WebSocket, or by an HTTP error before there is one. */
  handle(request: IncomingMessage, raw: Duplex, head: Buffer): void {
    const admission = this.draining ? refuse('closing', 'the relay is closing') : this.ports.admit(request);
    if (!admission.ok) {
      this.refuse(raw, admission);
      return;
    }
    const leave = this.ports.limits.connect(admission.value.address);
    if (typeof leave !== 'function') return this.refuse(raw, leave);
    raw.once('close', leave);
    this.server.handleUpgrade(request, raw, head, (ws) => {
      const { front, sessions, turn, metrics } = this.ports;
      const socket = new Socket(ws, raw, admission.value, turn, () => metrics.cut.inc());
      this.sockets.add(socket);
      serve(ws, socket, { front, metrics, budget: this.budget });
      this.heartbeat.watch(ws, socket);
      ws.on('close', () => {
        this.sockets.delete(socket);
        sessions.socketGone(socket);
        if (socket.home !== undefined) this.ports.elsewhere?.leave(socket);
      });
    });
  }

  /** Answers what is not ours, or not allowed, and hangs up. */
  refuse(raw: Duplex, refusal: Refused): void {
    this.ports.metrics.refused(refusal.code);
    const status = REFUSALS[refusal.code];
    const body = JSON.stringify([refusalReply(refusal, {})]);
    const { retryAfter } = refusal;
    const later = retryAfter === undefined ? '' : `Retry-After: ${Math.ceil(retryAfter / 1000)}\r\n`;
    raw.on('error', () => raw.destroy());
    raw.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
        `Vary: Origin\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n${later}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  /** Takes no new clients, and tells those who are here one after another that the relay goes away. */
  drain(): void {
    this.draining = true;
    this.heartbeat.stop();
    const waiting = [...this.sockets];
    const portion = Math.max(DRAIN.least, Math.ceil((waiting.length * DRAIN.step) / DRAIN.spread));
    const tell = () => {
      for (const socket of waiting.splice(0, portion)) socket.close(1001, 'closing');
      if (waiting.length > 0) setTimeout(tell, DRAIN.step);
    };
    tell();
  }

  /** Cuts who has not gone. */
  close(): void {
    for (const socket of this.sockets) socket.terminate();
  }
}
