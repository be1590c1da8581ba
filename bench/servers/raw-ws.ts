import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { topic } from './raw-topic.ts';
import { serve } from './serve.ts';

/** The least a relay on `ws` can do: each message sent to each socket, as a string. */
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const publish = topic((text) => {
  for (const client of sockets.clients) client.send(text);
});
sockets.on('connection', (socket) => {
  socket.on('message', (message) => publish(message.toString()));
});
serve(server);
