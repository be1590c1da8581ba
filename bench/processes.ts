import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadReport, Order } from './load.ts';
import type { Report } from './servers/serve.ts';
import type { ServerName } from './wires/wires.ts';

/** A server under test in its own process. */
export interface ServerProcess {
  readonly port: number;
  cpuSeconds(): Promise<number>;
  stop(): void;
}

export type Outcome = Extract<LoadReport, { type: 'done' }> & { readonly serverCpuSeconds: number };

const MODULES: Readonly<Record<ServerName, readonly [file: string, ...flags: readonly string[]]>> = {
  natter: ['servers/natter.ts'],
  'natter, no history': ['servers/natter.ts', '--no-history'],
  'stock faye': ['servers/faye.ts'],
  'socket.io': ['servers/socket-io.ts'],
  'raw ws': ['servers/raw-ws.ts'],
  'raw ws, coalescing': ['servers/raw-ws-coalescing.ts'],
};

/** @param nodeFlags for the server's process, such as `--cpu-prof` */
export async function startServer(name: ServerName, nodeFlags: readonly string[] = []): Promise<ServerProcess> {
  const [file, ...flags] = MODULES[name];
  const child = start(file, flags, nodeFlags);
  const listening = await next<Report>(child, (message) => message.type === 'listening');
  if (listening.type !== 'listening') throw new Error('not listening');
  return {
    port: listening.port,
    async cpuSeconds() {
      const cpu = next<Report>(child, (message) => message.type === 'cpu');
      child.send('cpu');
      const message = await cpu;
      return message.type === 'cpu' ? message.seconds : Number.NaN;
    },
    // It exits by itself, and so writes its profile if it has one.
    stop: () => child.disconnect(),
  };
}

/** Runs one load from its own process, and takes the server's CPU time over the part that is measured. */
export async function runLoad(server: ServerProcess, order: Order): Promise<Outcome> {
  const child = start('load.ts', [JSON.stringify(order)]);
  try {
    await next<LoadReport>(child, (message) => message.type === 'ready');
    const before = await server.cpuSeconds();
    const done = await next<LoadReport>(child, (message) => message.type === 'done');
    const after = await server.cpuSeconds();
    if (done.type !== 'done') throw new Error('not done');
    return { ...done, serverCpuSeconds: after - before };
  } finally {
    child.kill('SIGKILL');
  }
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
