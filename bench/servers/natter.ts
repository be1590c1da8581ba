import { createRelay } from '../../server/index.ts';
import { ready } from './serve.ts';

/** The relay with its defaults; `--no-history` keeps no log. */
const history = process.argv.includes('--no-history') ? { history: 0 } : {};
const relay = createRelay({ port: 0, log: 'warn', ...history });
const { port } = await relay.listen();
ready(port);
