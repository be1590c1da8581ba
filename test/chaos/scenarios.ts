import { setTimeout as wait } from 'node:timers/promises';
import type { Stage } from './stage.ts';

/** Something that goes wrong while the crowd speaks. */
export interface Scenario {
  readonly name: string;
  /** From the beginning of the fault to its end. */
  run(stage: Stage): Promise<void>;
  /** Undoes what lasts: so that another fault can follow. */
  mend?(stage: Stage): Promise<void>;
}

/** How long Redis is away where it is killed. */
const REDIS_AWAY_MS = 3_000;
const LOST_ACKS_MS = 15_000;
const QUIET_MS = 10_000;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'nothing',
    run: () => wait(QUIET_MS),
  },
  {
    name: 'relay killed (kill -9)',
    async run({ relays }) {
      await relays[0]?.stop('SIGKILL');
    },
    mend: (stage) => stage.replaceRelay(0),
  },
  {
    name: 'relay stopped for 10 s (SIGSTOP)',
    async run({ relays: [relay] }) {
      relay?.child.kill('SIGSTOP');
      await wait(10_000);
      relay?.child.kill('SIGCONT');
    },
  },
  {
    name: 'relays restarted one after another (SIGTERM)',
    async run(stage) {
      for (const index of stage.mortal()) {
        for (const network of stage.networks) network.enable(index, false);
        await stage.relays[index]?.stop('SIGTERM');
        await stage.replaceRelay(index);
      }
    },
  },
  { name: 'Redis killed (kill -9), back empty after 3 s', run: (stage) => restartRedis(stage, 'lost') },
  { name: 'Redis killed (kill -9), back with its log after 3 s', run: (stage) => restartRedis(stage, 'kept') },
  {
    name: 'Redis paused for 30 s (SIGSTOP)',
    async run({ redis }) {
      redis.signal('SIGSTOP');
      await wait(30_000);
      redis.signal('SIGCONT');
    },
  },
  { name: 'half of the clients cut off for 3 s, then reset', run: (stage) => blackhole(stage, 3_000) },
  { name: 'half of the clients cut off for 15 s, then reset', run: (stage) => blackhole(stage, 15_000) },
  {
    name: '30% of acknowledgements lost for 15 s',
    async run({ networks }) {
      for (const network of networks) network.loseAcks(0.3);
      await wait(LOST_ACKS_MS);
      for (const network of networks) network.loseAcks(0);
      if (networks.some((network) => network.lostAcks() === 0)) throw new Error('no acknowledgement came to be lost');
    },
  },
];

async function restartRedis({ redis }: Stage, saved: 'kept' | 'lost'): Promise<void> {
  await redis.kill();
  await wait(REDIS_AWAY_MS);
  await redis.restart(saved);
}

async function blackhole({ networks: [network] }: Stage, ms: number): Promise<void> {
  network?.swallow();
  await wait(ms);
  network?.reset();
}
