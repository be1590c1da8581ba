import { builtElsewhere, type Contender } from './contenders.ts';
import type { Order } from './load.ts';
import { decimals, percent, thousands } from './numbers.ts';
import { type Cluster, type Outcome, runLoad, startCluster } from './processes.ts';

/** How the whole bench is run. */
export interface Settings {
  readonly rounds: number;
  /** Of what takes long, ours alone. */
  readonly isQuick: boolean;
  readonly seconds: number;
  /** Names of the servers that are wanted; undefined: all. */
  readonly servers: readonly string[] | undefined;
  /** The `dist` of another build whose relay is measured beside this one's. */
  readonly against: string | undefined;
  /** For the servers' processes. */
  readonly nodeFlags: readonly string[];
}

/** What each server brought, a round each. */
export type Outcomes = ReadonlyMap<string, readonly Outcome[]>;

export type Load = Pick<Order, 'rooms' | 'subscribers' | 'rate' | 'warmUp'>;

export function wanted(contenders: readonly Contender[], { servers, against }: Settings): readonly Contender[] {
  const chosen = contenders.filter(({ name }) => !servers || servers.includes(name));
  return against === undefined ? chosen : chosen.flatMap((each) => [each, ...builtElsewhere(each, against)]);
}

/** Runs every server in turn, round after round, so that what the machine does besides falls on all. */
export async function compare(
  contenders: readonly Contender[],
  nodes: number,
  load: Load,
  settings: Settings,
): Promise<Outcomes> {
  const clusters = new Map<Contender, Cluster>();
  const outcomes = new Map<string, Outcome[]>();
  try {
    for (const contender of wanted(contenders, settings)) {
      clusters.set(contender, await startCluster(contender, nodes, settings.nodeFlags));
      outcomes.set(contender.name, []);
    }
    for (let round = 1; round <= settings.rounds; round += 1) {
      for (const [{ name, wire, textLength, window }, cluster] of clusters) {
        const { ports } = cluster;
        const order: Order = { ...load, wire, textLength, window, ports, seconds: settings.seconds };
        const outcome = await runLoad(cluster, order);
        outcomes.get(name)?.push(outcome);
        console.log(`round ${round}  ${name.padEnd(30)}${raw(outcome)}`);
      }
    }
  } finally {
    for (const cluster of clusters.values()) cluster.stop();
  }
  return outcomes;
}

function raw({ deliveries, seconds, bytes, latency, acknowledged, cpu, cpuSeconds }: Outcome): string {
  const burnt = `server cpu ${percent(cpu.server / seconds)}  redis ${percent(cpu.redis / seconds)}  load ${percent(cpuSeconds / seconds)}`;
  const times = (what: string, { p50, p99 }: Outcome['latency']) =>
    Number.isNaN(p99) ? '' : `  ${what} p50 ${decimals(p50, 1)} p99 ${decimals(p99, 1)} ms`;
  const size = `${Math.round(bytes / deliveries)} B each`;
  const rate = `${thousands(deliveries / seconds).padStart(10)}/s`;
  return `${rate}  ${burnt}  ${size}${times('delivery', latency)}${times('ack', acknowledged)}`;
}
