import type { Sink } from '../engines/engine.ts';
import type { Session } from './sessions.ts';

/** One POST, here or at another process; while it holds a /meta/connect, a client's long-polling transport. */
export interface PollCarrier {
  readonly type: 'poll';
  /** Whether its origin admits guests (gate/origin.ts). */
  readonly guests: boolean;
  /** Under which limits count what comes; undefined: they don't, or another process has counted it. */
  readonly address: string | undefined;
  isOpen(): boolean;
  onClose(listener: () => void): void;
}

/** A client's WebSocket, here or at another process. */
export interface SocketCarrier extends Sink {
  readonly type: 'socket';
  readonly guests: boolean;
  readonly address: string | undefined;
  /** The session it carries now. */
  session: Session | undefined;
  /** The process whose session it carries, where that is another one. */
  home: string | undefined;
  isOpen(): boolean;
  close(code: number, reason: string): void;
}

export type Carrier = SocketCarrier | PollCarrier;
