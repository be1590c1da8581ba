import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { type Settings, wanted } from '../compare.ts';
import { type Contender, IDLE } from '../contenders.ts';
import type { IdleOrder, IdleReport } from '../idlers.ts';
import { decimals, percent, table, thousands } from '../numbers.ts';
import { type Cluster, next, start, startCluster } from '../processes.ts';
import { BEAT_MS } from '../room.ts';
import { WIRES } from '../wires/wires.ts';
import type { Part } from './part.ts';

/** The first visitors pay for what a process needs anyway: what one costs is taken from those after them. */
const FIRST = 0.2;
const SETTLE_MS = 3_000;
const SESSIONS = { compared: 2_000, many: 10_000 } as const;
/** Seconds over which the CPU of heartbeats is taken, for each second that a load is measured. */
const BEATS = 7.5;

interface Idle {
  readonly name: string;
  readonly sessions: number;
  /** Bytes a session. */
  readonly rss: number;
  readonly heap: number;
  /** Of one core. */
  readonly cpu: number;
  /** What of it is for heartbeats: as much more as it takes when they come twice as often. Not a number without them. */
  readonly beats: number;
}

/** What it costs to have people who say nothing: each joined, in rooms of ten, with the heartbeats of its client. */
export const IDLE_PART: Part = {
  name: 'idle',
  async run(settings) {
    const rows: Idle[] = [];
    const [ours, ...others] = wanted(IDLE, settings);
    for (const contender of [...(ours ? [ours] : []), ...(settings.isQuick ? [] : others)])
      rows.push(await measure(contender, SESSIONS.compared, settings));
    if (ours && !settings.isQuick) rows.push(await measure(ours, SESSIONS.many, settings));
    const cells = rows.map(({ name, sessions, rss, heap, cpu, beats }) => [
      ...[name, thousands(sessions), decimals(rss / 1000, 1), decimals(heap / 1000, 1)],
      ...[percent(cpu), Number.isNaN(beats) ? '–' : percent(beats)],
    ]);
    const head = [
      'server',
      'sessions',
      'RSS, kB more each',
      'JS heap, kB more each',
      'CPU of one core, idle',
      'of it heartbeats',
    ];
    return { title: 'Idle sessions', markdown: table(head, cells), bars: [] };
  },
};

async function measure(contender: Contender, sessions: number, settings: Settings): Promise<Idle> {
  const cluster = await startCluster(contender, 1, ['--expose-gc', ...settings.nodeFlags]);
  const visitors: ChildProcess[] = [];
  const come = async (count: number) => {
    const order: IdleOrder = {
      wire: contender.wire,
      port: cluster.ports[0] ?? 0,
      sessions: count,
      prefix: `idle-${visitors.length}`,
    };
    const child = start('idlers.ts', [JSON.stringify(order)]);
    visitors.push(child);
    await next<IdleReport, 'entered'>(child, 'entered');
    await wait(SETTLE_MS);
    await cluster.memory();
    return cluster.memory();
  };
  try {
    const before = await come(sessions * FIRST);
    const after = await come(sessions * (1 - FIRST));
    const more = sessions * (1 - FIRST);
    const [rss, heap] = [(after.rss - before.rss) / more, (after.heap - before.heap) / more];
    const cpu = await busy(cluster, BEATS * settings.seconds);
    const beats = WIRES[contender.wire].beat ? (await twice(visitors, cluster, settings)) - cpu : Number.NaN;
    const { name } = contender;
    console.log(
      `${name.padEnd(20)} ${sessions} sessions: ${thousands(rss)} B RSS, ${thousands(heap)} B heap each, CPU ${decimals(cpu * 100, 1)}%, heartbeats ${decimals(beats * 100, 1)}`,
    );
    return { name, sessions, rss, heap, cpu, beats };
  } finally {
    for (const child of visitors) child.kill('SIGKILL');
    cluster.stop();
  }
}

/** The same once heartbeats come twice as often. */
async function twice(visitors: readonly ChildProcess[], cluster: Cluster, { seconds }: Settings): Promise<number> {
  for (const child of visitors) child.send('twice');
  await wait(BEAT_MS + SETTLE_MS);
  return busy(cluster, BEATS * seconds);
}

/** The part of a core that the server burns over so many seconds. */
async function busy(cluster: Cluster, seconds: number): Promise<number> {
  const before = cluster.cpu().server;
  await wait(seconds * 1000);
  return (cluster.cpu().server - before) / seconds;
}
