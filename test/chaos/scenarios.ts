import { setTimeout as wait } from 'node:timers/promises';
import type { Stage } from './stage.ts';

/** Something that goes wrong while the crowd speaks. */
export interface Scenario {
  readonly name: string;
  /** How Redis is started. */
  readonly redis?: readonly string[];
  /** From the beginning of the fault to its end. */
  run(stage: Stage): Promise<void>;
  /** Undoes what lasts: so that another fault can follow. */
  mend?(stage: Stage): Promise<void>;
}

const APPEND_ONLY = ['--appendonly', 'yes'];
/** How long Redis is away where it is killed, ms. */
const REDIS_AWAY = 3_000;
const LOST_ACKS_MS = 15_000;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'nothing',
    run: () => wait(10_000),
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
      for (const index of stage.relays.keys()) {
        for (const network of stage.networks) network.enable(index, false);
        await stage.relays[index]?.stop('SIGTERM');
        await stage.replaceRelay(index);
      }
    },
  },
  { name: 'Redis killed, back empty', run: restartRedis },
  { name: 'Redis killed, back with its log', redis: APPEND_ONLY, run: restartRedis },
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
    },
  },
];

async function restartRedis({ redis }: Stage): Promise<void> {
  await redis.kill();
  await wait(REDIS_AWAY);
  await redis.restart();
}

async function blackhole({ networks: [network] }: Stage, ms: number): Promise<void> {
  network?.swallow();
  await wait(ms);
  network?.reset();
}
