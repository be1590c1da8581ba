import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printed } from '../network/lab/process.ts';

export interface Coturn {
  readonly port: number;
  readonly secret: string;
  /** Everything it has printed. */
  output(): string;
  stop(): Promise<void>;
}

const ADDRESS = '127.0.0.1';
const SECRET = 'what the relay and TURN share';
/** What of the documented configuration is of a place: where it listens, its certificate, its secret. */
const OF_A_PLACE = /^(?:static-auth-secret|listening-port|tls-listening-port|cert|pkey)\b/;

/** The configuration that docs/turn.md gives. */
export async function documentedConfig(): Promise<readonly string[]> {
  const [, block = ''] = /```ini\n([\s\S]*?)```/.exec(await readFile('docs/turn.md', 'utf8')) ?? [];
  return block.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** Runs coturn on loopback as docs/turn.md says, with `more` lines at the end. */
export async function startCoturn(more: readonly string[] = []): Promise<Coturn> {
  const folder = await mkdtemp(join(tmpdir(), 'coturn-'));
  const port = await freePort();
  const config = [
    ...(await documentedConfig()).filter((line) => !OF_A_PLACE.test(line)),
    ...[`static-auth-secret=${SECRET}`, `listening-ip=${ADDRESS}`, `relay-ip=${ADDRESS}`, `listening-port=${port}`],
    ...['no-tls', 'no-dtls', 'log-file=stdout', `pidfile=${folder}/pid`, `userdb=${folder}/users`, 'verbose'],
    ...more,
  ];
  const file = join(folder, 'turnserver.conf');
  await writeFile(file, `${config.join('\n')}\n`);
  const child = spawn('stdbuf', ['-oL', 'turnserver', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await printed(child, /UDP listener opened|SQLite DB connection success/);
  return {
    ...{ port, secret: SECRET, output: () => output },
    async stop() {
      await end(child);
      await rm(folder, { recursive: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, ADDRESS);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
