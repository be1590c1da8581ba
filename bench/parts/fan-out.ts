import { compare, type Outcomes, type Settings } from '../compare.ts';
import { type Contender, ONE_NODE, TRUST, TWO_NODES } from '../contenders.ts';
import { decimals, median, table, thousands } from '../numbers.ts';
import type { Part, Report } from './part.ts';

interface Shape {
  readonly contenders: readonly Contender[];
  readonly nodes: number;
  readonly title: string;
  /** What the others are compared with. */
  readonly yardsticks: readonly string[];
}

const ONE = { contenders: ONE_NODE, nodes: 1, yardsticks: ['stock faye', 'socket.io', 'raw ws, coalescing'] };
const TWO = {
  ...{ contenders: TWO_NODES, nodes: 2 },
  yardsticks: ['faye-redis', 'socket.io, redis adapter', 'raw ws, pub/sub, coalescing'],
};

export const FAN_OUT: readonly Part[] = [
  part('fan-out-100', 100, { ...ONE, title: 'One room, 100 subscribers' }),
  part('fan-out-1000', 1_000, { ...ONE, title: 'One room, 1,000 subscribers' }),
  part('two-nodes', 1_000, { ...TWO, title: 'One room, two processes with 500 subscribers each, Redis between them' }),
];

const CHECKED = { contenders: TRUST, nodes: 1, yardsticks: ['natter, nothing checked'] };

/** What logins, certificates and the checking of signatures cost. */
export const TRUST_PARTS: readonly Part[] = [
  part('trust-100', 100, { ...CHECKED, title: 'What trust costs: one room, 100 subscribers' }),
  part('trust-1000', 1_000, { ...CHECKED, title: 'What trust costs: one room, 1,000 subscribers' }),
];

/** As many deliveries as a server takes: a closed loop with 200 messages under way. */
function part(name: string, subscribers: number, shape: Shape): Part {
  const run = async (settings: Settings): Promise<Report> => {
    const outcomes = await compare(shape.contenders, shape.nodes, { rooms: 1, subscribers }, settings);
    const bars = [...outcomes].map(([of, all]) => ({ name: of, value: median(all.map(rateOf)) }));
    const markdown = tableOf(outcomes, shape);
    return { title: shape.title, markdown, bars: [{ title: shape.title, unit: 'deliveries/s', bars }] };
  };
  return { name, run };
}

function rateOf({ deliveries, seconds }: { readonly deliveries: number; readonly seconds: number }): number {
  return deliveries / seconds;
}

function tableOf(outcomes: Outcomes, { nodes, yardsticks }: Shape): string {
  const rate = (name: string) => median((outcomes.get(name) ?? []).map(rateOf));
  const rows = [...outcomes].map(([name, all]) => {
    const perMillion = (cpu: 'server' | 'redis') =>
      decimals(median(all.map((outcome) => (outcome.cpu[cpu] / outcome.deliveries) * 1e6)), 2);
    const cost = nodes > 1 ? `${perMillion('server')} + ${perMillion('redis')}` : perMillion('server');
    const bytes = median(all.map((outcome) => outcome.bytes / outcome.deliveries));
    const ratios = yardsticks.map((yardstick) => decimals(rate(name) / rate(yardstick), 2));
    return [name, thousands(rate(name)), ...ratios, cost, `${Math.round(bytes)}`];
  });
  const cost = nodes > 1 ? 'CPU-s per million + Redis' : 'CPU-s per million';
  return table(['server', 'deliveries/s', ...yardsticks.map((name) => `x ${name}`), cost, 'bytes each'], rows);
}
