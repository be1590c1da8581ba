import { createServer } from 'node:http';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { redisUrl, serve } from './serve.ts';

/**
 * Socket.IO as its chat example has it: everyone in one room, each message emitted to the room. For several processes
 * with its Redis adapter, or `--sharded` with that for Redis 7.
 */
const url = redisUrl();
const adapter = url === undefined ? {} : { adapter: adapterFor(url) };
const server = createServer();
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, ...adapter });
io.on('connection', (socket) => {
  socket.join('bench');
  socket.on('chat', (text: unknown) => io.to('bench').emit('chat', text));
});
serve(server);

function adapterFor(redis: string) {
  const [publisher, subscriber] = [new Redis(redis), new Redis(redis)];
  return process.argv.includes('--sharded')
    ? createShardedAdapter(publisher, subscriber)
    : createAdapter(publisher, subscriber);
}
