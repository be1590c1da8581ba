import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { serve } from './serve.ts';

/** Stock Faye: NodeAdapter and its memory engine, as its README shows. It has no types. */
const { NodeAdapter } = createRequire(import.meta.url)('faye');

const server = createServer();
new NodeAdapter({ mount: '/bayeux', timeout: 45 }).attach(server);
serve(server);
