import { openHandles, residentBytes } from './memory.ts';
import type { Stage } from './stage.ts';
import { bytes } from './table.ts';

/** Of the relay that is never restarted, and of Redis, at one moment. */
export interface Sample {
  /** ms since the beginning. */
  readonly at: number;
  readonly memory: number;
  /** WebSockets of clients. */
  readonly sockets: number;
  /** Besides the WebSockets of clients, which come and go with the faults of the other relays. */
  readonly handles: number;
  readonly redisMemory: number;
}

/** What counts as flat: the median of the last third may be above that of the first by this share and this much. */
const GROWTH = { share: 0.1, bytes: 8 * 1024 * 1024, handles: 16 } as const;
const ROWS = 12;

/** Looks at a stage's processes from outside. */
export class Samples {
  private readonly samples: Sample[] = [];

  async take({ relays, redis }: Stage, at: number): Promise<void> {
    const relay = relays.at(-1);
    const pid = relay?.child.pid;
    const metrics = await fetch(`${relay?.url}/metrics`).then(
      (response) => response.text(),
      () => '', // at the end
    );
    const [, sockets] = /^natter_sockets (\d+)/m.exec(metrics) ?? [];
    this.samples.push({
      at,
      memory: residentBytes(pid),
      sockets: Number(sockets),
      handles: openHandles(pid) - Number(sockets),
      redisMemory: residentBytes(redis.pid()),
    });
  }

  all(): readonly Sample[] {
    return this.samples;
  }
}

/** Medians over time, as docs/chaos.md has them. */
export function soakTable(samples: readonly Sample[]): string {
  const size = Math.max(1, Math.ceil(samples.length / ROWS));
  const rows = Array.from({ length: Math.ceil(samples.length / size) }, (_, row) => {
    const some = samples.slice(row * size, (row + 1) * size);
    const minutes = (some.at(-1)?.at ?? 0) / 60_000;
    const of = (pick: (sample: Sample) => number) => median(some.map(pick));
    const [memory, redis] = [bytes(of((sample) => sample.memory)), bytes(of((sample) => sample.redisMemory))];
    const cells = [minutes.toFixed(1), of(({ sockets }) => sockets), memory, of(({ handles }) => handles), redis];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| until minute | relay: clients | memory | handles besides them | Redis: memory |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** Compares the last third with the first. */
export function flatness(samples: readonly Sample[]): { readonly holds: boolean; readonly sentence: string } {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const [first, last] = [samples.slice(0, third), samples.slice(-third)];
  const memory = [first, last].map((part) => median(part.map((sample) => sample.memory)));
  const handles = [first, last].map((part) => median(part.map((sample) => sample.handles)));
  const isFlat = ([before = 0, after = 0]: readonly number[], slack: number) =>
    after <= before * (1 + GROWTH.share) + slack;
  const holds = isFlat(memory, GROWTH.bytes) && isFlat(handles, GROWTH.handles);
  const [memoryText, handlesText] = [memory.map(bytes).join(' and '), handles.join(' and ')];
  return {
    holds,
    sentence: `Medians of the first and the last third: memory ${memoryText}, handles besides clients ${handlesText}: ${holds ? 'flat' : 'NOT flat'}.`,
  };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.filter((number) => !Number.isNaN(number)).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
