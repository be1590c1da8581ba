import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from '../../support/eventually.ts';
import { inside } from './command.ts';

const STARTS_WITHIN = 15_000;

/** A program that runs in a namespace until it is stopped. */
export interface Daemon {
  stop(): Promise<void>;
}

/** Starts a program inside a namespace and waits until it has printed what says that it is ready. */
export async function startInside(namespace: string, args: readonly string[], ready: RegExp): Promise<Daemon> {
  const [command = '', ...rest] = inside(namespace, ...args);
  const { HOST: _host, PORT: _port, ...env } = process.env;
  const child = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  await printed(child, ready);
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

/** Waits until a child has printed something that matches; rejects with all it printed where it ends before. */
export async function printed(child: ChildProcess, ready: RegExp): Promise<void> {
  let output = '';
  const seen = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (ready.test(output)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}: ${output}`)));
  });
  await within(seen, STARTS_WITHIN, `${child.spawnargs.join(' ')}: ready`);
}
