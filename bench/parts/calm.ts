import { compare } from '../compare.ts';
import { ONE_NODE } from '../contenders.ts';
import { decimals, median, table, thousands } from '../numbers.ts';
import type { Part } from './part.ts';

/** Deliveries a second that are offered: about what a busy site has. */
const CALM = 20_000;
/** Seconds of full load before each round. */
const WARM_UP = 3;
/** A round takes so many times as long as others: the slowest hundredth of 200 messages a second is two of them. */
const LONGER = 2;
const YARDSTICK = 'raw ws';

export const CALM_PARTS: readonly Part[] = [100, 1_000].map((subscribers) => ({
  name: `calm-${subscribers}`,
  async run(settings) {
    const load = { rooms: 1, subscribers, rate: CALM, warmUp: WARM_UP };
    const outcomes = await compare(ONE_NODE, 1, load, { ...settings, seconds: settings.seconds * LONGER });
    const p99Of = (name: string) => median((outcomes.get(name) ?? []).map(({ latency }) => latency.p99));
    const rows = [...outcomes].map(([name, all]) => [
      name,
      thousands(median(all.map(({ deliveries, seconds }) => deliveries / seconds))),
      decimals(median(all.map(({ latency }) => latency.p50)), 1),
      decimals(p99Of(name), 1),
      decimals(p99Of(name) / p99Of(YARDSTICK), 2),
    ]);
    const markdown = table(['server', 'deliveries/s', 'p50 ms', 'p99 ms', `p99 x ${YARDSTICK}`], rows);
    return { title: `Latency at 20,000 deliveries/s, ${thousands(subscribers)} subscribers`, markdown, bars: [] };
  },
}));
