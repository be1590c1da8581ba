import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { within } from './eventually.ts';
import { RELAY_KEY } from './relay-key.ts';

/** A relay run from the command line, as an integrator runs it. */
export interface RelayProcess {
  /** `http://127.0.0.1:<port>`, or `https://…` with a certificate. */
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Sends a signal and gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** What one run of the command line printed and how it ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = resolve('dist/server/main.js');
const START_MS = 10_000;

/** Starts the built relay on a free port and waits for its address. @param cwd where; without it in the project's folder */
export async function startRelayProcess(
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
): Promise<RelayProcess> {
  const child = spawnCommand(['--port', '0', ...flags], env, cwd);
  let printed = '';
  const url = new Promise<string>((known, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const [, address] = /(https?:\/\/127\.0\.0\.1:\d+)/.exec(printed) ?? [];
      if (address !== undefined) known(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`the relay ended with ${code}: ${printed}`)));
  });
  return {
    url: await within(url, START_MS, 'the address of the relay'),
    child,
    output: () => printed,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exit = once(child, 'exit');
      child.kill(signal);
      const [code] = await exit;
      return code;
    },
  };
}

/** Runs the command line to its end. */
export async function runCommand(flags: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const child = spawnCommand(flags, env);
  const parts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (parts.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (parts.stderr += chunk.toString()));
  try {
    const [code] = await within(once(child, 'close'), START_MS, 'the end of the command');
    return { code, ...parts };
  } finally {
    child.kill('SIGKILL');
  }
}

function spawnCommand(flags: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): ChildProcess {
  const { HOST: _host, PORT: _port, ...inherited } = process.env;
  return spawn(process.execPath, [MAIN, ...flags], {
    env: { ...inherited, ...(sharesRedis(flags, env) ? {} : { NATTER_RELAY_KEY: RELAY_KEY }), ...env },
    ...{ stdio: ['ignore', 'pipe', 'pipe'], cwd },
  });
}

/** Redis then keeps a key for its relays. */
function sharesRedis(flags: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return env.REDIS_URL !== undefined || flags.some((flag) => flag.startsWith('--redis-url'));
}
