import type { WebSocket } from 'ws';
import { firstFrame, type Wire } from './wire.ts';

interface BayeuxMessage {
  readonly channel: string;
  readonly clientId?: string;
  readonly successful?: boolean;
  readonly subscription?: string;
  readonly error?: string;
  readonly data?: unknown;
  readonly ext?: { readonly natter?: { readonly session?: string; readonly nonce?: string } };
}

export const CHANNEL = '/rooms/bench';

/** Plain Bayeux over WebSocket, for Natter and for stock Faye. `textOf` finds the text in a message's data. */
export function bayeux(textOf: (data: unknown) => unknown): Wire {
  const clients = new WeakMap<WebSocket, string>();
  const send = (socket: WebSocket, message: object) =>
    socket.send(JSON.stringify([{ ...message, clientId: clients.get(socket) }]));
  const connect = (socket: WebSocket) => send(socket, { channel: '/meta/connect', connectionType: 'websocket' });
  return {
    path: '/bayeux',
    async enter(socket) {
      const handshake = firstFrame(socket, (frame) => replyTo('/meta/handshake', frame)?.clientId);
      socket.send(
        JSON.stringify([{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['websocket'] }]),
      );
      clients.set(socket, await handshake);
      connect(socket);
      const subscribed = firstFrame(socket, (frame) => replyTo('/meta/subscribe', frame)?.successful);
      send(socket, { channel: '/meta/subscribe', subscription: CHANNEL });
      await subscribed;
    },
    publish: (socket, text) => send(socket, { channel: CHANNEL, data: { text } }),
    control(socket, frame) {
      for (const message of read(frame)) {
        if (message.successful === false) throw new Error(`refused: ${JSON.stringify(message)}`);
        if (message.channel === '/meta/connect') connect(socket);
      }
    },
    texts: (frame) =>
      read(frame).flatMap(({ channel, data }) => (channel === CHANNEL && data ? [String(textOf(data))] : [])),
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
