import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/free-port.ts';
import { eventually } from './eventually.ts';

/** A redis-server of a test's own, on a free port and in a folder of its own. */
export interface RedisProcess {
  readonly url: string;
  /** Of the process that runs now. */
  pid(): number | undefined;
  /** To look into it, and to change its settings. */
  readonly client: Redis;
  signal(signal: NodeJS.Signals): void;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port; with what it has saved, if anything, or with nothing. */
  restart(saved?: 'kept' | 'lost'): Promise<void>;
  close(): Promise<void>;
}

export interface RedisTls {
  /** Files in PEM: what the server shows, and the authority that has signed it. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

const START_MS = 10_000;

/**
 * @param flags such as `--appendonly yes`
 * @param tls with it the port speaks TLS and nothing else
 */
export async function startRedis(flags: readonly string[] = [], tls?: RedisTls): Promise<RedisProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'natter-redis-'));
  const port = await freePort();
  const place = { host: '127.0.0.1', port, ...(tls ? { tls: { ca: readFileSync(tls.ca) } } : {}) };
  const listen = tls
    ? ['--port', '0', '--tls-port', `${port}`, '--tls-auth-clients', 'no', '--tls-ca-cert-file', tls.ca].concat(
        ...[
          ['--tls-cert-file', tls.cert],
          ['--tls-key-file', tls.key],
        ],
      )
    : ['--port', `${port}`];
  const client = new Redis({ ...place, lazyConnect: true, retryStrategy: () => 50 });
  client.on('error', () => undefined); // it is ended and started again on purpose
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawn('redis-server', [...listen, '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...flags], {
      stdio: 'ignore',
    });
    await eventually(async () => {
      const probe = new Redis({ ...place, retryStrategy: () => null, maxRetriesPerRequest: 0 });
      probe.on('error', () => undefined); // not there yet
      try {
        await probe.ping();
      } finally {
        probe.disconnect();
      }
    }, START_MS);
  };
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  await start();
  await client.connect();
  return {
    url: `${tls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    client,
    pid: () => child?.pid,
    signal: (signal) => child?.kill(signal),
    kill,
    async restart(saved = 'kept') {
      if (saved === 'lost') for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
      await start();
    },
    async close() {
      client.disconnect();
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
