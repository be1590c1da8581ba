import type { WebSocket } from 'ws';
import type { RoomName } from '../../protocol/ids.ts';
import { bayeux, CHANNEL, read, replyTo } from './bayeux.ts';
import { Replica } from './replica.ts';
import { firstFrame, type Wire } from './wire.ts';

/** Natter with members that sign: whoever publishes joins with a key, and its entries carry its own signature. */
export function signed(textOf: (data: unknown) => unknown): Wire {
  const plain = bayeux(textOf);
  const speakers = new WeakMap<WebSocket, { readonly clientId: string; readonly replica: Replica }>();
  return {
    ...plain,
    async enter(socket, publishes) {
      if (!publishes) return plain.enter(socket, publishes);
      const replica = new Replica('bench' as RoomName);
      const handshake = firstFrame(socket, (frame) => replyTo('/meta/handshake', frame));
      socket.send(
        JSON.stringify([
          {
            ...{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['websocket'] },
            ext: { natter: {} },
          },
        ]),
      );
      const { clientId = '', ext } = await handshake;
      const { session, nonce = '' } = ext?.natter ?? {};
      const proof = replica.proof(nonce, clientId);
      const joined = firstFrame(socket, (frame) => replyTo('/meta/subscribe', frame)?.successful);
      const join = { session, key: replica.key, proof, have: {} };
      socket.send(
        JSON.stringify([{ channel: '/meta/subscribe', subscription: CHANNEL, clientId, ext: { natter: join } }]),
      );
      await joined;
      speakers.set(socket, { clientId, replica });
      connect(socket, clientId);
    },
    publish(socket, text) {
      const speaker = speakers.get(socket);
      if (!speaker) throw new Error('whoever publishes has a key');
      const { clientId, replica } = speaker;
      socket.send(JSON.stringify([{ channel: CHANNEL, clientId, data: { v: 1, entry: replica.entry(text) } }]));
    },
    control(socket, frame) {
      const speaker = speakers.get(socket);
      if (!speaker) return plain.control(socket, frame);
      for (const { channel, successful, error } of read(frame)) {
        if (successful === false) throw new Error(`refused: ${error}`);
        if (channel === '/meta/connect') connect(socket, speaker.clientId);
      }
    },
  };
}

function connect(socket: WebSocket, clientId: string): void {
  socket.send(JSON.stringify([{ channel: '/meta/connect', connectionType: 'websocket', clientId }]));
}
