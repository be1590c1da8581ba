import { nextToken } from '../logins.ts';
import { bayeux } from './bayeux.ts';
import { signed } from './signed.ts';
import { firstFrame, type Wire } from './wire.ts';

/** Engine.IO 4 and Socket.IO 5 over WebSocket: open, enter the default namespace, events as `42[…]`, ping `2`, pong `3`. */
const socketIo: Wire = {
  path: '/socket.io/?EIO=4&transport=websocket',
  async enter(socket) {
    // The server opens: its first frame may have come before anyone listened, and entering needs no answer to it.
    const entered = firstFrame(socket, (frame) => (frame.toString().startsWith('40') ? true : undefined));
    socket.send('40');
    await entered;
  },
  publish: (socket, text) => socket.send(`42${JSON.stringify(['chat', text])}`),
  control(socket, frame) {
    if (frame.toString() === '2') socket.send('3');
    return 0;
  },
  texts: (frame) => [String(JSON.parse(frame.toString().slice(2))[1])],
};

const plain: Wire = {
  path: '/',
  enter: () => Promise.resolve(),
  publish: (socket, text) => socket.send(JSON.stringify({ text })),
  control: () => 0,
  texts: (frame) => [JSON.parse(frame.toString()).text],
};

/** One of many rooms: asked for, and heard when that is answered. */
const plainRooms: Wire = {
  ...plain,
  async enter(socket, room) {
    const entered = firstFrame(socket, () => true);
    socket.send(JSON.stringify({ room }));
    await entered;
  },
};

const plainLists: Wire = {
  ...plain,
  texts: (frame) => JSON.parse(frame.toString()).map(({ text }: { text: string }) => text),
};

/** Natter makes an entry of a plain publish: the text stands in the entry's payload. Presence has none. */
const textOfEntry = (frame: unknown) => {
  const payload = at(at(frame, 'entry'), 'payload');
  return payload === undefined ? '' : JSON.parse(String(payload)).text;
};

export const WIRES = {
  natter: bayeux(textOfEntry),
  'natter, own keys': signed(textOfEntry),
  'natter, logins': signed(textOfEntry, nextToken),
  faye: bayeux((message) => at(message, 'text')),
  'socket.io': socketIo,
  plain,
  'plain lists': plainLists,
  'plain rooms': plainRooms,
} as const satisfies Readonly<Record<string, Wire>>;

export type WireName = keyof typeof WIRES;

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
