import type { WebSocket } from 'ws';
import type { RoomName } from '../../protocol/ids.ts';
import { bayeux, replyTo } from './bayeux.ts';
import { Replica } from './replica.ts';
import { firstFrame, type Wire } from './wire.ts';

/**
 * Natter with members that sign, as the widget is one: it joins with a key, and its entries carry its signature. `nextToken`
 * gives each a login; undefined: they are guests.
 */
export function signed(textOf: (data: unknown) => unknown, nextToken?: () => Promise<string>): Wire {
  const plain = bayeux(textOf);
  const speakers = new WeakMap<
    WebSocket,
    { readonly clientId: string; readonly channel: string; readonly replica: Replica }
  >();
  const send = (socket: WebSocket, message: object) => socket.send(JSON.stringify([message]));
  return {
    ...plain,
    async enter(socket, room) {
      const replica = new Replica(room as RoomName);
      const handshake = firstFrame(socket, (frame) => replyTo('/meta/handshake', frame));
      const offer = {
        version: '1.0',
        supportedConnectionTypes: ['websocket'],
        ext: { natter: { token: await nextToken?.() } },
      };
      send(socket, { channel: '/meta/handshake', ...offer });
      const { clientId = '', ext } = await handshake;
      const { session, nonce = '' } = ext?.natter ?? {};
      const channel = `/rooms/${room}`;
      const subscribe = async (subscription: string, natter: object) => {
        const subscribed = firstFrame(socket, (frame) => replyTo('/meta/subscribe', frame));
        send(socket, { channel: '/meta/subscribe', subscription, clientId, ext: { natter } });
        return (await subscribed).ext?.natter?.certificate;
      };
      replica.certificate =
        (await subscribe(channel, { session, key: replica.key, proof: replica.proof(nonce, clientId), have: {} })) ??
        '';
      await subscribe(`${channel}/presence`, {});
      await subscribe(`${channel}/replicas/${replica.id}`, {});
      speakers.set(socket, { clientId, channel, replica });
      plain.seat(socket, { clientId, channel });
    },
    publish(socket, text) {
      const speaker = speakers.get(socket);
      if (!speaker) throw new Error('who publishes has entered');
      const { clientId, channel, replica } = speaker;
      send(socket, { channel, clientId, data: { v: 1, entry: replica.entry(text) } });
    },
    beat: (socket) => socket.send('[]'),
  };
}
