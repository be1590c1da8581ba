import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Contender } from './contenders.ts';
import type { Done, LoadReport, Order } from './load.ts';
import { startRedis } from './redis.ts';
import type { ServerReport } from './servers/serve.ts';

/** A server under test: one process, or several that share a Redis of their own. */
export interface Cluster {
  readonly ports: readonly number[];
  /** CPU time burnt so far by the server's processes and by Redis; not a number where the system does not tell. */
  cpu(): { readonly server: number; readonly redis: number };
  /** What its first process holds, in bytes, once garbage has been collected (needs `--expose-gc`). */
  memory(): Promise<{ readonly rss: number; readonly heap: number }>;
  /** Bytes that its first process holds now, asked of the system: a saturated process answers nobody. */
  residentBytes(): number;
  stop(): void;
}

export type Outcome = Done & { readonly cpu: { readonly server: number; readonly redis: number } };

/** @param nodeFlags for the server's processes, such as `--cpu-prof` */
export async function startCluster(
  { server: [file, ...flags] }: Contender,
  nodes: number,
  nodeFlags: readonly string[] = [],
): Promise<Cluster> {
  const redis = nodes > 1 ? await startRedis() : undefined;
  const all = redis ? [...flags, `--redis=${redis.url}`] : flags;
  const children = Array.from({ length: nodes }, () => start(`servers/${file}`, all, nodeFlags));
  const ports = await Promise.all(
    children.map((child) => next<ServerReport, 'listening'>(child, 'listening').then(({ port }) => port)),
  );
  const [first] = children;
  if (!first) throw new Error('a cluster has at least one node');
  return {
    ports,
    cpu: () => ({
      server: children.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0),
      redis: redis ? cpuSeconds(redis.pid) : 0,
    }),
    memory() {
      first.send('memory');
      return next<ServerReport, 'memory'>(first, 'memory');
    },
    residentBytes: () => residentBytes(first.pid),
    stop() {
      // They exit by themselves, and so write their profiles if they have some.
      for (const child of children) child.disconnect();
      redis?.stop();
    },
  };
}

/**
 * Of a load generator, whose garbage collection takes from what it measures. Each frame that comes is a buffer outside of
 * V8's heap; while that heap is small, so many of them make V8 collect old objects for their sake, ten times a second where
 * messages have 785 bytes and seldom where they have 111. With room for old objects it does not.
 */
const LOAD_FLAGS = ['--initial-old-space-size=512'];
/** Of one that times: its space for young objects has its full size from the beginning, as growing it takes several ms. */
const TIMING_FLAGS = [...LOAD_FLAGS, '--min-semi-space-size=16'];

/** Runs one load from its own process, and takes the servers' CPU time over the part that is measured. */
export async function runLoad(cluster: Cluster, order: Order): Promise<Outcome> {
  const child = start('load.ts', [JSON.stringify(order)], order.rate === undefined ? LOAD_FLAGS : TIMING_FLAGS);
  try {
    await next<LoadReport, 'ready'>(child, 'ready');
    const before = cluster.cpu();
    await next<LoadReport, 'measured'>(child, 'measured');
    const after = cluster.cpu();
    const done = await next<LoadReport, 'done'>(child, 'done');
    return { ...done, cpu: { server: after.server - before.server, redis: after.redis - before.redis } };
  } finally {
    child.kill('SIGKILL');
  }
}

/** Another module of the bench in a process of its own. */
export function start(file: string, args: readonly string[], nodeFlags: readonly string[] = []): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return fork(path, args, {
    execArgv: ['--import=tsx', ...nodeFlags],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
}

/** The next report of a type. Rejects when the process ends before it. */
export function next<R extends { readonly type: string }, T extends R['type']>(
  child: ChildProcess,
  type: T,
): Promise<R & { readonly type: T }> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      const report = message as R;
      if (report.type !== type) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(report as R & { readonly type: T });
    };
    const onExit = (code: number | null) => reject(new Error(`a process of the bench ended with ${code}`));
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}

/** From outside, as a saturated process answers nobody: utime and stime of proc(5), in ticks of 10 ms. */
function cpuSeconds(pid: number | undefined): number {
  if (pid === undefined || !existsSync(`/proc/${pid}/stat`)) return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentBytes(pid: number | undefined): number {
  if (pid === undefined || !existsSync(`/proc/${pid}/status`)) return Number.NaN;
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
