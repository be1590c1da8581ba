import type { RawData, WebSocket } from 'ws';
import { parseBatch } from '../gate/batch.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Front } from './front.ts';
import { isTooFast, refusalReply } from './replies.ts';
import type { Socket } from './socket.ts';
import type { TurnBudget } from './turn-budget.ts';

/** Messages of one socket that may wait for their answers; above it no more is acted on until half are answered. */
const WAITING = 256;
/**
 * Frames of one socket in one turn of the event loop. A read of 64 KiB holds thousands of tiny ones, and ws hands on all of
 * them at once; of what our clients say it holds some hundreds at most.
 */
const FRAMES_A_TURN = 1_024;
/** Whoever was told as often in a row that it is too fast, and sends on, is not listened to for so long, ms. */
const FLOOD = { refusals: 128, rest: 1_000 } as const;
/** How a client asks whether the relay is there. Of ten thousand who say nothing else comes two thousand times a second. */
const BEAT = '[]';
/** RFC 6455, section 7.4.1: a kind of frame that the endpoint can't accept. */
const UNSUPPORTED = 1003;

export interface ServePorts {
  readonly front: Front;
  readonly metrics: Metrics;
  readonly budget: TurnBudget;
}

/** Reads what a client sends on its socket and writes back the answers. */
export function serve(ws: WebSocket, socket: Socket, { front, metrics, budget }: ServePorts): void {
  // An error (a frame too large, broken framing, a reset) is followed by `close`, with ws's own status code.
  ws.on('error', () => metrics.broken.inc());
  const queue: Queue = new Queue(ws, budget, (text) => receive(text, { socket, queue }, front, metrics));
  let frames = 0;
  ws.on('message', (message: RawData, isBinary: boolean) => {
    if (frames === 0) {
      setImmediate(() => {
        frames = 0;
      });
    }
    frames += 1;
    if (frames > FRAMES_A_TURN) return socket.terminate();
    if (isBinary) return socket.close(UNSUPPORTED, 'text only');
    queue.offer(message.toString());
  });
  ws.on('close', () => queue.clear());
}

/**
 * What a socket has sent and not been answered: whoever sends faster than is acted on is read no faster, and whoever sends on
 * although it is refused is not read for a while. What has been read already by then, 64 KiB at most, waits here, so that
 * one turn of the event loop never acts on all of it.
 */
class Queue {
  private readonly ws: WebSocket;
  private readonly budget: TurnBudget;
  private readonly act: (text: string) => void;
  private held: string[] = [];
  private count = 0;
  private refusals = 0;
  private resting: NodeJS.Timeout | undefined;
  private isFull = false;
  private isDue = false;
  /** In which it last acted. */
  private turn = -1;

  constructor(ws: WebSocket, budget: TurnBudget, act: (text: string) => void) {
    this.ws = ws;
    this.budget = budget;
    this.act = act;
  }

  offer(text: string): void {
    if (this.held.length === 0 && this.mayAct) return this.act(text);
    this.held.push(text);
    this.ws.pause();
    this.goOn();
  }

  came(messages: number): void {
    this.count += messages;
    this.budget.spend(messages);
    this.turn = this.budget.turn;
    if (this.count <= WAITING) return;
    this.isFull = true;
    this.ws.pause();
  }

  answered(tooFast: boolean): void {
    this.count -= 1;
    if (this.count <= WAITING / 2) this.isFull = false;
    this.refusals = tooFast ? this.refusals + 1 : 0;
    if (this.refusals >= FLOOD.refusals && !this.resting) this.rest();
    this.goOn();
  }

  clear(): void {
    clearTimeout(this.resting);
    this.held = [];
  }

  private get isShut(): boolean {
    return this.isFull || this.resting !== undefined;
  }

  /** One frame a turn is acted on in any case, or those who send much would keep out those who send little. */
  private get mayAct(): boolean {
    return !this.isShut && (!this.budget.isSpent || this.turn !== this.budget.turn);
  }

  private rest(): void {
    this.ws.pause();
    this.resting = setTimeout(() => {
      this.resting = undefined;
      this.refusals = 0;
      this.goOn();
    }, FLOOD.rest).unref();
  }

  /** In a turn of its own: answers come within the one that asked. */
  private goOn(): void {
    if (this.isShut || this.isDue || !this.ws.isPaused) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      const { held } = this;
      this.held = [];
      while (held.length > 0 && this.mayAct) this.act(held.shift() ?? '');
      this.held = held;
      if (held.length > 0) this.goOn();
      else if (!this.isShut) this.ws.resume();
    });
  }
}

interface Sender {
  readonly socket: Socket;
  readonly queue: Queue;
}

function receive(text: string, { socket, queue }: Sender, front: Front, metrics: Metrics): void {
  if (text === BEAT) return socket.answerHeartbeat();
  const batch = parseBatch(text);
  if (!batch.ok) {
    metrics.refused(batch.refusal.code);
    socket.reply(refusalReply(batch.refusal, batch.echo));
    return;
  }
  if (batch.messages.length === 0) return socket.answerHeartbeat();
  queue.came(batch.messages.length);
  for (const answer of front.receive(batch.messages, socket)) {
    void answer.then((replies) => {
      queue.answered(replies.some(isTooFast));
      for (const reply of replies) socket.reply(reply);
    });
  }
}
