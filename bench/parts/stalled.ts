import type { ChildProcess } from 'node:child_process';
import { type Settings, wanted } from '../compare.ts';
import { type Contender, STALLED } from '../contenders.ts';
import { decimals, median, table } from '../numbers.ts';
import { type Cluster, next, runLoad, start, startCluster } from '../processes.ts';
import type { StalledOrder, StalledReport } from '../stalled-readers.ts';
import type { Part } from './part.ts';

const READERS = { stalled: 20, reading: 30 } as const;
/** What is said: so much that 15 MB and more come to wait for each of those who do not read. */
const SAID = { textLength: 3_000, messages: 330, seconds: 16 } as const;
const LOOK_MS = 50;

interface Round {
  /** p99 of those who read, ms, with nobody stalled (the mean of before and after) and with `READERS.stalled`. */
  readonly alone: number;
  readonly beside: number;
  /** By how many bytes the server grew at most beside stalled readers, over what it has without them. */
  readonly growth: number;
  /** Bytes offered to each stalled reader. */
  readonly offered: number;
}

/** Readers who do not read: what waits for them, and what the others notice. */
export const STALLED_PART: Part = {
  name: 'stalled',
  async run(settings) {
    const rows: (readonly string[])[] = [];
    for (const contender of wanted(settings.isQuick ? STALLED.slice(0, 1) : STALLED, settings)) {
      const rounds: Round[] = [];
      const count = contender === STALLED[0] ? settings.rounds : Math.ceil(settings.rounds / 3);
      for (let n = 0; n < count; n += 1) rounds.push(await round(contender, settings));
      const of = (pick: (round: Round) => number) => median(rounds.map(pick));
      rows.push([
        ...[
          contender.name,
          decimals(of(({ offered }) => offered) / 1e6, 1),
          decimals(of(({ growth }) => growth) / 1e6, 0),
        ],
        ...[
          decimals(
            of(({ alone }) => alone),
            1,
          ),
          decimals(
            of(({ beside }) => beside),
            1,
          ),
        ],
        decimals(
          of(({ alone, beside }) => beside / alone),
          2,
        ),
      ]);
    }
    const head = ['server', 'MB for each', 'memory up, MB', 'p99 without, ms', 'p99 beside them, ms', 'x'];
    return { title: '20 readers who do not read', markdown: table(head, rows), bars: [] };
  },
};

async function round(contender: Contender, settings: Settings): Promise<Round> {
  const cluster = await startCluster(contender, 1, ['--expose-gc', ...settings.nodeFlags]);
  let stalled: ChildProcess | undefined;
  try {
    await say(contender, cluster); // the code is warm and the heap has its size
    const before = await say(contender, cluster);
    const order: StalledOrder = { wire: contender.wire, port: cluster.ports[0] ?? 0, readers: READERS.stalled };
    stalled = start('stalled-readers.ts', [JSON.stringify(order)]);
    await next<StalledReport, 'stalled'>(stalled, 'stalled');
    const beside = await say(contender, cluster);
    stalled.kill('SIGKILL');
    const after = await say(contender, cluster);
    const alone = (before.p99 + after.p99) / 2;
    const found = { alone, beside: beside.p99, growth: beside.most - before.most, offered: beside.offered };
    console.log(`${contender.name.padEnd(20)} ${JSON.stringify(found)}`);
    return found;
  } finally {
    stalled?.kill('SIGKILL');
    cluster.stop();
  }
}

/** One load of those who read, with the most memory that the server had meanwhile. */
async function say({ wire }: Contender, cluster: Cluster) {
  const { rss } = await cluster.memory();
  let most = rss;
  const look = setInterval(() => {
    most = Math.max(most, cluster.residentBytes());
  }, LOOK_MS);
  const { textLength, messages, seconds } = SAID;
  const { reading } = READERS;
  const load = { rooms: 1, subscribers: reading, rate: messages * reading };
  const { latency, bytes } = await runLoad(cluster, { ...load, wire, ports: cluster.ports, seconds, textLength });
  clearInterval(look);
  return { p99: latency.p99, most, offered: bytes / reading };
}
