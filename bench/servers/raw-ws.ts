import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { serve } from './serve.ts';

/** The least a relay on `ws` can do: each message sent to each socket, as a string. */
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (message) => {
    const text = message.toString();
    for (const client of sockets.clients) client.send(text);
  });
});
serve(server);
