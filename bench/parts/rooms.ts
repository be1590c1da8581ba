import { compare } from '../compare.ts';
import { ROOMS } from '../contenders.ts';
import { decimals, median, percent, table } from '../numbers.ts';
import type { Part } from './part.ts';

const SHAPE = { rooms: 1_000, subscribers: 10, rate: 5_000 } as const;

/** What a site looks like: many small rooms, each with a little to say. */
export const ROOMS_PART: Part = {
  name: 'rooms',
  async run(settings) {
    const outcomes = await compare(ROOMS, 2, SHAPE, settings);
    const rows = [...outcomes].map(([name, all]) => [
      name,
      decimals(median(all.map(({ latency }) => latency.p50)), 1),
      decimals(median(all.map(({ latency }) => latency.p99)), 1),
      decimals(median(all.map(({ acknowledged }) => acknowledged.p50)), 1),
      decimals(median(all.map(({ acknowledged }) => acknowledged.p99)), 1),
      percent(median(all.map(({ cpu, seconds }) => cpu.server / seconds)) / 2),
      percent(median(all.map(({ cpu, seconds }) => cpu.redis / seconds))),
    ]);
    const head = ['server', 'delivery p50 ms', 'p99 ms', 'ack p50 ms', 'p99 ms', 'CPU of each process', 'of Redis'];
    const title = '1,000 rooms of 10, 500 messages/s in all, two processes and Redis';
    return { title, markdown: table(head, rows), bars: [] };
  },
};
