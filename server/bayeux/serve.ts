import type { RawData, WebSocket } from 'ws';
import { parseBatch } from '../gate/batch.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Front } from './front.ts';
import { refusalReply } from './replies.ts';
import type { Socket } from './socket.ts';

/** Messages of one socket that may wait for their answers; above it no more is read from it until half are answered. */
const WAITING = 256;
/**
 * Frames of one socket in one turn of the event loop. A read of 64 KiB holds thousands of tiny ones, and ws hands on all of
 * them at once; of what our clients say it holds some hundreds at most.
 */
const FRAMES_A_TURN = 1_024;
/** RFC 6455, section 7.4.1: a kind of frame that the endpoint can't accept. */
const UNSUPPORTED = 1003;

/** Reads what a client sends on its socket and writes back the answers. */
export function serve(ws: WebSocket, socket: Socket, front: Front, metrics: Metrics): void {
  // An error (a frame too large, broken framing, a reset) is followed by `close`, with ws's own status code.
  ws.on('error', () => metrics.broken.inc());
  const queue = new Waiting(ws);
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
    receive(message.toString(), { socket, queue }, front, metrics);
  });
}

/** What a socket has sent and not been answered: whoever sends faster than is acted on is read no faster. */
class Waiting {
  private readonly ws: WebSocket;
  private count = 0;

  constructor(ws: WebSocket) {
    this.ws = ws;
  }

  came(messages: number): void {
    this.count += messages;
    if (this.count > WAITING) this.ws.pause();
  }

  answered(): void {
    this.count -= 1;
    if (this.ws.isPaused && this.count <= WAITING / 2) this.ws.resume();
  }
}

interface Sender {
  readonly socket: Socket;
  readonly queue: Waiting;
}

function receive(text: string, { socket, queue }: Sender, front: Front, metrics: Metrics): void {
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
      queue.answered();
      for (const reply of replies) socket.reply(reply);
    });
  }
}
