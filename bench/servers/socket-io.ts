import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { serve } from './serve.ts';

/** Socket.IO as its chat example has it: everyone in one room, each message emitted to the room. */
const server = createServer();
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false });
io.on('connection', (socket) => {
  socket.join('bench');
  socket.on('chat', (text: unknown) => io.to('bench').emit('chat', text));
});
serve(server);
