import { setPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import type { Return } from './crowd/light-visitor.ts';
import { residentBytes } from './memory.ts';
import { type Scale, Stage } from './stage.ts';
import { bytes, quantile, seconds } from './table.ts';

/** What became of clients that were all cut at once. */
export interface Storm {
  readonly clients: number;
  /** First tries in each 100 ms after the cut, as the clients meant to make them and as they began. */
  readonly planned: readonly number[];
  readonly tries: readonly number[];
  /** From the cut until each was in its room again, ms. Sorted; those that are not back are missing. */
  readonly back: readonly number[];
  /** Of each relay's memory, bytes. */
  readonly relays: readonly { readonly before: number; readonly most: number }[];
}

/** No relay may hold more than this at any moment of a storm, bytes. */
export const RELAY_BOUND = 256 * 1024 * 1024;
/** Of the clients, how many may come back in one slot. */
export const BUSIEST_SHARE = 0.06;
/** By when 99% are to be back, ms. */
export const BACK_P99_MS = 10_000;
const SLOT_MS = 100;
const QUIET_MS = 5_000;
/** Clients have machines of their own: where they share one with relays, these must not keep them from their timers. */
const RELAY_NICENESS = 10;
const BACK_WITHIN_MS = 60_000;
const SAMPLE_MS = 100;

/** Cuts all clients of a stage at once, by resetting every connection, and watches them come back. */
export async function storm(scale: Scale, bundle: string): Promise<Storm> {
  const stage = await Stage.start({ ...scale, clients: 0 }, bundle);
  try {
    await stage.connect(scale.clients, scale.roomSize);
    await wait(QUIET_MS);
    const pids = stage.relays.map(({ child }) => child.pid);
    for (const pid of pids) if (pid !== undefined) setPriority(pid, RELAY_NICENESS);
    const before = pids.map(residentBytes);
    const most = [...before];
    const sampling = setInterval(() => {
      for (const [index, pid] of pids.entries()) most[index] = Math.max(most[index] ?? 0, residentBytes(pid));
    }, SAMPLE_MS);
    const since = Date.now();
    for (const network of stage.networks) network.reset();
    const returns = await allBack(stage, since);
    clearInterval(sampling);
    return {
      clients: scale.clients,
      planned: slots(returns.flatMap(({ plannedAt }) => (plannedAt === undefined ? [] : [plannedAt - since]))),
      tries: slots(returns.flatMap(({ triedAt }) => (triedAt === undefined ? [] : [triedAt - since]))),
      back: returns.flatMap(({ backAt }) => (backAt === undefined ? [] : [backAt - since])).toSorted((a, b) => a - b),
      relays: pids.map((_, index) => ({ before: before[index] ?? 0, most: most[index] ?? 0 })),
    };
  } finally {
    await stage.close();
  }
}

/** Figures of a storm as docs/chaos.md has them. */
export function stormTable({ clients, planned, tries, back, relays }: Storm): string {
  const busiest = (slots: readonly number[]) =>
    `${Math.max(...slots)} (${((100 * Math.max(...slots)) / clients).toFixed(1)}%)`;
  const first = tries.findIndex((count) => count > 0) * SLOT_MS;
  const rows = [
    ['clients cut at once', String(clients)],
    ['first tries', `${seconds(first)} to ${seconds(tries.length * SLOT_MS)} after the cut`],
    ['planned for the busiest 100 ms', busiest(planned)],
    ['begun in the busiest 100 ms', busiest(tries)],
    ['back in their rooms', String(back.length)],
    ['half of them within', seconds(quantile(back, 0.5))],
    ['99% within', seconds(quantile(back, 0.99))],
    ['memory of each relay before', relays.map(({ before }) => bytes(before)).join(', ')],
    ['at most during the storm', relays.map(({ most }) => bytes(most)).join(', ')],
  ];
  return ['| | |', '| --- | --- |', ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

async function allBack(stage: Stage, since: number): Promise<readonly Return[]> {
  const missing = async () => {
    const returns = await stage.ask('returns', { since });
    if (returns.some(({ triedAt, backAt }) => triedAt === undefined || backAt === undefined))
      throw new Error('not all');
  };
  await eventually(missing, BACK_WITHIN_MS).catch(() => undefined); // the figures say how many are not back
  return stage.ask('returns', { since });
}

/** How many of these times fall into each slot. */
function slots(times: readonly number[]): readonly number[] {
  const counts = Array.from({ length: Math.floor(Math.max(0, ...times) / SLOT_MS) + 1 }, () => 0);
  for (const time of times) counts[Math.floor(time / SLOT_MS)] = (counts[Math.floor(time / SLOT_MS)] ?? 0) + 1;
  return counts;
}
