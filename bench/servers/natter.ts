import { NO_LIMITS } from '../../server/settings-limits.ts';
import { ready, redisUrl } from './serve.ts';

/**
 * The relay as it is built for those who run it, with its defaults but for limits, which publishers here exceed on purpose;
 * `--no-history` keeps no log.
 */
const built = new URL('../../dist/server/index.js', import.meta.url).href;
const { createRelay }: typeof import('../../server/index.ts') = await import(built);
const history = process.argv.includes('--no-history') ? { history: 0 } : {};
const relay = createRelay({ port: 0, log: 'error', redisUrl: redisUrl(), ...history, ...NO_LIMITS });
const { port } = await relay.listen();
ready(port);
