import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Outcome, runLoad, type ServerProcess, startServer } from './processes.ts';
import { type ServerName, WIRES } from './wires/wires.ts';

const NAMES = Object.keys(WIRES) as readonly ServerName[];
/** Deliveries a second offered in the open loop. */
const CALM = 20_000;

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    subscribers: { type: 'string', default: '100,1000' },
    servers: { type: 'string', default: NAMES.join(';') },
    /** Writes a CPU profile of each server into this folder. */
    profile: { type: 'string' },
    'no-calm': { type: 'boolean', default: false },
    'no-saturation': { type: 'boolean', default: false },
  },
});
const rounds = Number(flags.rounds);
const seconds = Number(flags.seconds);
const names = NAMES.filter((name) => flags.servers.split(';').includes(name));
const nodeFlags = flags.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`];
const loads = [...(flags['no-saturation'] ? [] : [undefined]), ...(flags['no-calm'] ? [] : [CALM])];

console.log(
  `node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}; ${rounds} interleaved rounds of ${seconds} s`,
);
for (const subscribers of flags.subscribers.split(',').map(Number)) {
  for (const rate of loads) await compare(subscribers, rate);
}

/** Runs every server in turn, round after round, so that what the machine does besides falls on all. */
async function compare(subscribers: number, rate: number | undefined): Promise<void> {
  const servers = new Map<ServerName, ServerProcess>();
  for (const name of names) servers.set(name, await startServer(name, nodeFlags));
  const outcomes = new Map<ServerName, Outcome[]>(names.map((name) => [name, []]));
  const what = rate === undefined ? 'saturated' : `open loop, ${rate} deliveries/s offered`;
  console.log(`\n## 1 room, ${subscribers} subscribers, ${what}\n`);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const [name, server] of servers) {
        const outcome = await runLoad(server, { server: name, port: server.port, subscribers, seconds, rate });
        outcomes.get(name)?.push(outcome);
        console.log(`round ${round}  ${name.padEnd(20)}${raw(outcome)}`);
      }
    }
  } finally {
    for (const server of servers.values()) server.stop();
  }
  console.log(`\n${rate === undefined ? saturationTable(outcomes) : latencyTable(outcomes)}`);
}

function raw({ deliveries, seconds: took, serverCpuSeconds, cpuSeconds, p50, p99, bytes }: Outcome): string {
  const latency = p50 === undefined ? '' : `  p50 ${ms(p50)}  p99 ${ms(p99)}`;
  const cpu = `server cpu ${percent(serverCpuSeconds / took)}  load cpu ${percent(cpuSeconds / took)}`;
  return `${thousands(deliveries / took).padStart(10)}/s  ${cpu}  ${Math.round(bytes / deliveries)} B each${latency}`;
}

function saturationTable(outcomes: ReadonlyMap<ServerName, readonly Outcome[]>): string {
  const rate = (name: ServerName) => median((outcomes.get(name) ?? []).map((o) => o.deliveries / o.seconds));
  const cost = (name: ServerName) =>
    median((outcomes.get(name) ?? []).map((o) => (o.serverCpuSeconds / o.deliveries) * 1e6));
  const rows = names.map(
    (name) =>
      `| ${name} | ${thousands(rate(name))} | ${times(rate(name) / rate('stock faye'))} | ${times(rate(name) / rate('socket.io'))} | ${cost(name).toFixed(2)} |`,
  );
  return [
    '| server | deliveries/s | x stock faye | x socket.io | CPU-s per million |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function latencyTable(outcomes: ReadonlyMap<ServerName, readonly Outcome[]>): string {
  const of = (name: ServerName, pick: (outcome: Outcome) => number | undefined) =>
    median((outcomes.get(name) ?? []).map((outcome) => pick(outcome) ?? Number.NaN));
  const rows = names.map((name) => {
    const p99 = of(name, (o) => o.p99);
    const delivered = thousands(of(name, (o) => o.deliveries / o.seconds));
    return `| ${name} | ${delivered} | ${ms(of(name, (o) => o.p50))} | ${ms(p99)} | ${times(p99 / of('socket.io', (o) => o.p99))} |`;
  });
  return [
    '| server | deliveries/s | p50 ms | p99 ms | p99 x socket.io |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function thousands(number: number): string {
  return Number.isFinite(number) ? Math.round(number).toLocaleString('en') : '–';
}

function times(ratio: number): string {
  return Number.isFinite(ratio) ? ratio.toFixed(2) : '–';
}

function ms(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(1);
}

function percent(part: number): string {
  return `${Math.round(part * 100)}%`;
}
