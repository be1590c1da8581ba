import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NO_LIMITS } from '../../server/settings-limits.ts';
import { TOKEN_KEY } from '../logins.ts';
import { ready, redisUrl } from './serve.ts';

/**
 * The relay as it is built for those who run it, with its defaults but for limits, which publishers here exceed on purpose;
 * `--no-history` keeps no log; `--built=FOLDER` is another build's `dist`; `--logins` lets in whom a token of the bench names;
 * `--unchecked` takes every signature for right, and makes none: what checking costs is the difference.
 */
const other = process.argv.find((flag) => flag.startsWith('--built='))?.slice('--built='.length);
const dist = other === undefined ? new URL('../../dist/', import.meta.url) : pathToFileURL(`${resolve(other)}/`);
const built = new URL('server/index.js', dist).href;
if (process.argv.includes('--unchecked')) checkNothing();
const { createRelay }: typeof import('../../server/index.ts') = await import(built);
const logins = process.argv.includes('--logins') ? { tokenKey: TOKEN_KEY, guests: 'off' as const } : {};
const history = process.argv.includes('--no-history') ? { history: 0 } : {};
const relay = createRelay({ port: 0, log: 'error', redisUrl: redisUrl(), ...history, ...logins, ...NO_LIMITS });
const { port } = await relay.listen();
ready(port);

/** The same calls, in the same order and as asynchronous; the work alone is left out. */
function checkNothing(): void {
  const signature = Buffer.alloc(64, 1);
  const answer =
    <T>(value: T) =>
    (...args: readonly unknown[]): T | undefined => {
      const callback = args.at(-1);
      if (typeof callback !== 'function') return value;
      setImmediate(() => callback(null, value));
      return undefined;
    };
  Object.assign(crypto, { sign: answer(signature), verify: answer(true) });
  syncBuiltinESMExports();
}
