import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Done, LoadReport, Order } from './load.ts';
import type { Listening } from './servers/serve.ts';
import type { ServerName } from './wires/wires.ts';

/** A server under test in its own process. */
export interface ServerProcess {
  readonly port: number;
  /** CPU time burnt so far; not a number where the system does not tell. */
  cpuSeconds(): number;
  stop(): void;
}

export type Outcome = Done & { readonly serverCpuSeconds: number };

const MODULES: Readonly<Record<ServerName, readonly [file: string, ...flags: readonly string[]]>> = {
  natter: ['servers/natter.ts'],
  'natter, no history': ['servers/natter.ts', '--no-history'],
  'natter, own keys': ['servers/natter.ts'],
  'stock faye': ['servers/faye.ts'],
  'socket.io': ['servers/socket-io.ts'],
  'raw ws': ['servers/raw-ws.ts'],
  'raw ws, coalescing': ['servers/raw-ws-coalescing.ts'],
};

/** @param nodeFlags for the server's process, such as `--cpu-prof` */
export async function startServer(name: ServerName, nodeFlags: readonly string[] = []): Promise<ServerProcess> {
  const [file, ...flags] = MODULES[name];
  const child = start(file, flags, nodeFlags);
  const listening = await next<Listening>(child, (message) => message.type === 'listening');
  return {
    port: listening.port,
    cpuSeconds: () => cpuSeconds(child.pid),
    // It exits by itself, and so writes its profile if it has one.
    stop: () => child.disconnect(),
  };
}

/** Runs one load from its own process, and takes the server's CPU time over the part that is measured. */
export async function runLoad(server: ServerProcess, order: Order): Promise<Outcome> {
  const child = start('load.ts', [JSON.stringify(order)]);
  try {
    await next<LoadReport>(child, (message) => message.type === 'ready');
    const before = server.cpuSeconds();
    await next<LoadReport>(child, (message) => message.type === 'measured');
    const after = server.cpuSeconds();
    const done = await next<Done>(child, (message) => message.type === 'done');
    return { ...done, serverCpuSeconds: after - before };
  } finally {
    child.kill('SIGKILL');
  }
}

/** From outside, as a saturated process answers nobody: utime and stime of proc(5), in ticks of 10 ms. */
function cpuSeconds(pid: number | undefined): number {
  if (pid === undefined || !existsSync(`/proc/${pid}/stat`)) return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function start(file: string, args: readonly string[], nodeFlags: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [...args], {
    execArgv: ['--import=tsx', ...nodeFlags],
    stdio: 'inherit',
  });
}

function next<T>(child: ChildProcess, wanted: (message: T) => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      const found = message as T;
      if (!wanted(found)) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(found);
    };
    const onExit = (code: number | null) => reject(new Error(`a process of the bench ended with ${code}`));
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}
