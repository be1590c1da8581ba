import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { topics } from './raw-topic.ts';
import { serve } from './serve.ts';

/** The least a relay on `ws` can do: each message sent to each socket of its room, as a string. */
const LOBBY = 'lobby';

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const rooms = new Map<string, { readonly clients: Set<WebSocket>; readonly heard: Promise<unknown> | undefined }>();
const { hear, tell } = topics((room, text) => {
  for (const client of rooms.get(room)?.clients ?? []) client.send(text);
});

sockets.on('connection', async (socket) => {
  let room = LOBBY;
  socket.on('message', async (message) => {
    const text = message.toString();
    const asked = /^\{"room":"([^"]*)"\}$/.exec(text)?.[1];
    if (asked === undefined) return tell(room, text);
    leave(room, socket);
    room = asked;
    await enter(room, socket);
    socket.send(text);
  });
  socket.on('close', () => leave(room, socket));
  await enter(LOBBY, socket);
});

async function enter(name: string, socket: WebSocket): Promise<void> {
  const room = rooms.get(name) ?? { clients: new Set(), heard: hear(name) };
  rooms.set(name, room);
  room.clients.add(socket);
  await room.heard;
}

function leave(name: string, socket: WebSocket): void {
  rooms.get(name)?.clients.delete(socket);
}

serve(server);
