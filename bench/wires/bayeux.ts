import type { WebSocket } from 'ws';
import { firstFrame, type Wire } from './wire.ts';

interface BayeuxMessage {
  readonly channel: string;
  readonly clientId?: string;
  readonly successful?: boolean;
  readonly subscription?: string;
  readonly error?: string;
  readonly data?: unknown;
  readonly ext?: {
    readonly natter?: { readonly session?: string; readonly nonce?: string; readonly certificate?: string };
  };
}

/** Who a socket is, once it has entered. */
export interface Seat {
  readonly clientId: string;
  readonly channel: string;
}

/** Plain Bayeux over WebSocket, for Natter and for stock Faye. `textOf` finds the text in a message's data. */
export function bayeux(textOf: (data: unknown) => unknown): Wire & { seat(socket: WebSocket, seat: Seat): void } {
  const seats = new WeakMap<WebSocket, Seat>();
  const send = (socket: WebSocket, message: object) =>
    socket.send(JSON.stringify([{ ...message, clientId: seats.get(socket)?.clientId }]));
  const connect = (socket: WebSocket) => send(socket, { channel: '/meta/connect', connectionType: 'websocket' });
  return {
    path: '/bayeux',
    async enter(socket, room) {
      const handshake = firstFrame(socket, (frame) => replyTo('/meta/handshake', frame)?.clientId);
      socket.send(
        JSON.stringify([{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['websocket'] }]),
      );
      const channel = `/rooms/${room}`;
      seats.set(socket, { clientId: await handshake, channel });
      connect(socket);
      const subscribed = firstFrame(socket, (frame) => replyTo('/meta/subscribe', frame)?.successful);
      send(socket, { channel: '/meta/subscribe', subscription: channel });
      await subscribed;
    },
    seat(socket, seat) {
      seats.set(socket, seat);
      connect(socket);
    },
    leave: (socket) => send(socket, { channel: '/meta/disconnect' }),
    publish: (socket, text) => send(socket, { channel: seats.get(socket)?.channel, data: { text } }),
    control(socket, frame) {
      let acknowledged = 0;
      for (const message of read(frame)) {
        if (message.successful === false) throw new Error(`refused: ${JSON.stringify(message)}`);
        if (message.channel === '/meta/connect') connect(socket);
        else if (message.channel === seats.get(socket)?.channel) acknowledged += 1;
      }
      return acknowledged;
    },
    texts: (frame) => read(frame).flatMap(({ data }) => (data ? [String(textOf(data))] : [])),
  };
}

export function read(frame: Buffer): readonly BayeuxMessage[] {
  return JSON.parse(frame.toString());
}

export function replyTo(channel: string, frame: Buffer): BayeuxMessage | undefined {
  const reply = read(frame).find((message) => message.channel === channel);
  if (reply?.successful === false) throw new Error(`${channel}: ${reply.error}`);
  return reply;
}
