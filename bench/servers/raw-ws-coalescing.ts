import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { topics } from './raw-topic.ts';
import { serve } from './serve.ts';

/** The ceiling for one process on `ws`: what a turn of the event loop brings is framed once and written to each socket. */
const server = createServer();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const streams = new Set<Duplex>();
let pending: string[] = [];
const ROOM = 'lobby';
const { hear, tell } = topics((_room, text) => {
  pending.push(text);
  if (pending.length === 1) setImmediate(flush);
});

server.on('upgrade', (request, stream, head) => {
  sockets.handleUpgrade(request, stream, head, (socket) => {
    streams.add(stream);
    socket.on('close', () => streams.delete(stream));
    socket.on('message', (message) => tell(ROOM, message.toString()));
  });
});
void hear(ROOM);
serve(server);

function flush(): void {
  const body = Buffer.from(`[${pending.join(',')}]`);
  pending = [];
  const head = body.length < 126 ? Buffer.alloc(2) : Buffer.alloc(body.length < 65_536 ? 4 : 10);
  head[0] = 0x81; // FIN and opcode text: RFC 6455, section 5.2
  if (head.length === 2) head[1] = body.length;
  else if (head.length === 4) head.writeUInt16BE(body.length, 2);
  else head.writeBigUInt64BE(BigInt(body.length), 2);
  if (head.length > 2) head[1] = head.length === 4 ? 126 : 127;
  const frame = Buffer.concat([head, body]);
  for (const stream of streams) stream.write(frame);
}
