import type { WebSocket } from 'ws';

/** How a client of one server speaks, with nothing of that server's own library: its cost is the same for all. */
export interface Wire {
  readonly path: string;
  /** Brings an open socket to where it receives the room, and may publish if it is to. */
  enter(socket: WebSocket, room: string, publishes: boolean): Promise<void>;
  /** Sends the frame that publishes a text. */
  publish(socket: WebSocket, text: string): void;
  /** Answers a frame that carries no text of ours (heartbeats), and counts the acknowledgements in it. */
  control(socket: WebSocket, frame: Buffer): number;
  /** Asks the server for a sign of life, as its own client does; where the server asks, `control` answers. */
  beat?(socket: WebSocket): void;
  /** Ends the session at once, where one outlives its socket. */
  leave?(socket: WebSocket): void;
  /** The texts in a frame, fully parsed: for the subscribers that check what the others count. */
  texts(frame: Buffer): readonly string[];
}

const ENTER_MS = 30_000;

/** The first frame for which `read` gives something. */
export function firstFrame<T>(socket: WebSocket, read: (frame: Buffer) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no answer from the server')), ENTER_MS);
    const onMessage = (frame: Buffer) => {
      const found = read(frame);
      if (found === undefined) return;
      clearTimeout(late);
      socket.off('message', onMessage);
      resolve(found);
    };
    socket.on('message', onMessage);
  });
}
