import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { redisUrl, serve } from './serve.ts';

/** Stock Faye: NodeAdapter as its README shows, with its memory engine or, for several processes, with faye-redis. */
const require = createRequire(import.meta.url);
const { NodeAdapter } = require('faye');

const url = redisUrl();
const engine =
  url === undefined ? {} : { engine: { type: require('faye-redis'), host: '127.0.0.1', port: new URL(url).port } };
const server = createServer();
new NodeAdapter({ mount: '/bayeux', timeout: 45, ...engine }).attach(server);
serve(server);
