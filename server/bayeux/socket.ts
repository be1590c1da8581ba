import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { textFrame } from '../engines/frame.ts';
import type { Flushable, Turn } from '../engines/turn.ts';
import type { Admission } from '../gate/origin.ts';
import type { SocketCarrier } from './carrier.ts';
import { type Reply, replyJson } from './replies.ts';
import type { Session } from './sessions.ts';

/** Bytes that may wait for a reader, then its socket is cut; it comes back and catches up from the log. */
export const SOCKET_BUFFER_BYTES = 1024 * 1024;

const EMPTY_BATCH = textFrame('[]');

/**
 * A client's WebSocket. Frames are built once and written to the raw socket that the upgrade gave us, between the
 * frames of `ws` (pings, pongs, close), each of which `ws` writes whole because no extension is negotiated.
 */
export class Socket implements SocketCarrier, Flushable {
  readonly type = 'socket';
  readonly guests: boolean;
  readonly address: string | undefined;
  session: Session | undefined;
  home: string | undefined;
  private readonly ws: WebSocket;
  private readonly raw: Duplex;
  private readonly turn: Turn;
  private readonly onCut: () => void;
  private replies: string[] = [];

  constructor(
    ws: WebSocket,
    raw: Duplex,
    { guests, address }: Pick<Admission, 'guests' | 'address'>,
    turn: Turn,
    onCut: () => void,
  ) {
    this.ws = ws;
    this.raw = raw;
    this.guests = guests;
    this.address = address;
    this.turn = turn;
    this.onCut = onCut;
  }

  isOpen(): boolean {
    return this.ws.readyState === this.ws.OPEN;
  }

  bufferedBytes(): number {
    return this.raw.writableLength;
  }

  reply(reply: Reply): void {
    this.replies.push(replyJson(reply));
    this.turn.replied(this);
  }

  /** Answers a client that asks whether the relay is there. */
  answerHeartbeat(): void {
    this.write(EMPTY_BATCH);
  }

  flush(): void {
    if (this.replies.length === 0) return;
    const text = `[${this.replies.join(',')}]`;
    this.replies = [];
    this.write(textFrame(text));
  }

  write(frame: Buffer): void {
    if (!this.isOpen()) return;
    if (this.raw.writableLength > SOCKET_BUFFER_BYTES) {
      this.onCut();
      this.terminate();
      return;
    }
    this.raw.write(frame);
  }

  ping(): void {
    if (this.isOpen()) this.ws.ping();
  }

  /** Says goodbye; `ws` ends the connection itself if the client does not answer. */
  close(code: number, reason: string): void {
    this.flush();
    this.ws.close(code, reason);
  }

  terminate(): void {
    this.ws.terminate();
  }
}
