import { type Balancer, type BalancerOptions, startBalancer } from '../support/balancer/balancer.ts';
import { eventually, within } from '../support/eventually.ts';
import { type RedisProcess, startRedis } from '../support/redis.ts';
import { type RelayProcess, startRelayProcess } from '../support/relay-process.ts';
import { seeded } from '../support/simulator/random.ts';
import type { Calls } from './crowd/calls.ts';
import { type CrowdProcess, startCrowdProcess } from './crowd/crowd-process.ts';

export interface Scale {
  readonly clients: number;
  readonly roomSize: number;
  /** Messages a second that all clients say together. */
  readonly perSecond: number;
  readonly relays: number;
  /** Relays, the last ones, that no scenario restarts. */
  readonly spared?: number;
  readonly relayFlags?: readonly string[];
  /** How the networks choose a relay for a connection; in turns if left out. */
  readonly balanced?: BalancerOptions['by'];
  /** Of what the harness draws; what the clients draw is their own. */
  readonly seed: number;
}

/** Processes that clients are in, each behind a network of its own. A room has members in all of them. */
const NETWORKS = 2;
const ENTERED_WITHIN_MS = 90_000;
const READY_WITHIN_MS = 10_000;

/** A Redis, relays, networks in front of them and a crowd of clients: all that a scenario can do harm to. */
export class Stage {
  readonly scale: Scale;
  readonly redis: RedisProcess;
  readonly relays: RelayProcess[];
  readonly networks: readonly Balancer[];
  private readonly crowd: readonly CrowdProcess[];
  /** Whoever ends the harness ends all that it has started. */
  private readonly interrupted = () => {
    for (const { child } of this.relays) child.kill('SIGKILL');
    this.redis.signal('SIGKILL');
    process.exit(1); // and so does the crowd, which is told nothing more
  };

  /** @param bundle of crowd/main.ts */
  static async start(scale: Scale, bundle: string): Promise<Stage> {
    const redis = await startRedis(['--appendonly', 'yes']);
    const relays = await Promise.all(Array.from({ length: scale.relays }, () => startRelay(redis, scale.relayFlags)));
    const random = seeded(scale.seed);
    const urls = relays.map(({ url }) => url);
    const balanced = { random, by: scale.balanced ?? 'turns' };
    const networks = await Promise.all(Array.from({ length: NETWORKS }, () => startBalancer(urls, balanced)));
    const stage = new Stage(scale, redis, relays, networks, bundle);
    try {
      await stage.enter();
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  private constructor(
    scale: Scale,
    redis: RedisProcess,
    relays: RelayProcess[],
    networks: readonly Balancer[],
    bundle: string,
  ) {
    this.scale = scale;
    this.redis = redis;
    this.relays = relays;
    this.networks = networks;
    this.crowd = networks.map(() => startCrowdProcess(bundle));
    process.on('SIGTERM', this.interrupted).on('SIGINT', this.interrupted);
  }

  /** Brings in clients that do nothing but keep a session, and waits until all have one. */
  async connect(count: number, roomSize: number): Promise<void> {
    await within(this.bringIn('connect', count, roomSize), ENTERED_WITHIN_MS, 'a session for each client');
  }

  /** Brings the clients in, and waits until all have a session. */
  private async enter(): Promise<void> {
    await this.bringIn('enter', this.scale.clients, this.scale.roomSize);
    await eventually(async () => {
      const away = (await this.ask('progress', {})).filter(({ online }) => !online);
      if (away.length > 0) throw new Error(`${away.length} clients have no session`);
    }, ENTERED_WITHIN_MS);
  }

  /** Each in turn is in the next room. */
  private async bringIn(how: 'enter' | 'connect', count: number, roomSize: number): Promise<void> {
    const rooms = Math.max(1, Math.round(count / roomSize));
    const numbers = Array.from({ length: count }, (_, n) => n);
    await Promise.all(
      this.crowd.map((crowd, place) => {
        const mine = numbers.filter((n) => Math.floor(n / rooms) % NETWORKS === place);
        const endpoint = `${this.networks[place]?.url}/bayeux`;
        return crowd.call(how, { visitors: mine.map((n) => ({ name: `c${n}`, room: `room-${n % rooms}`, endpoint })) });
      }),
    );
  }

  /** Asks all of the crowd, and gives their answers in one list. */
  async ask<Name extends 'progress' | 'testify' | 'returns'>(
    name: Name,
    ask: Calls[Name]['ask'],
  ): Promise<readonly Calls[Name]['answer'][number][]> {
    return (await Promise.all(this.crowd.map((crowd) => crowd.call(name, ask)))).flat();
  }

  async begin(stretch: number): Promise<void> {
    await Promise.all(this.crowd.map((crowd) => crowd.call('begin', { stretch })));
  }

  async speak(perSecond: number): Promise<void> {
    await Promise.all(this.crowd.map((crowd) => crowd.call('speak', { perSecond: perSecond / this.crowd.length })));
  }

  /** Places of the relays that may be restarted. */
  mortal(): readonly number[] {
    return [...this.relays.keys()].slice(0, this.relays.length - (this.scale.spared ?? 0));
  }

  /** Starts a new relay in the place of one that has ended, and lets clients come to it once it is ready. */
  async replaceRelay(index: number): Promise<void> {
    const relay = await startRelay(this.redis, this.scale.relayFlags);
    this.relays[index] = relay;
    for (const network of this.networks) {
      network.place(index, relay.url);
      network.enable(index, true);
    }
  }

  /** What each relay says of itself. */
  readiness(): Promise<readonly string[]> {
    return Promise.all(
      this.relays.map(async ({ url }) => {
        const response = await fetch(`${url}/readyz`).catch(() => undefined);
        return response ? `${response.status} ${await response.text()}` : 'no answer';
      }),
    );
  }

  async close(): Promise<void> {
    process.off('SIGTERM', this.interrupted).off('SIGINT', this.interrupted);
    await Promise.all(this.crowd.map((crowd) => crowd.end()));
    await Promise.all(this.networks.map((network) => network.close()));
    await Promise.all(this.relays.map((relay) => relay.stop('SIGKILL')));
    await this.redis.close();
  }
}

async function startRelay(redis: RedisProcess, flags: readonly string[] = []): Promise<RelayProcess> {
  const relay = await startRelayProcess(['--log', 'silent', '--demo', 'off', ...flags], { REDIS_URL: redis.url });
  await eventually(async () => {
    const { status } = await fetch(`${relay.url}/readyz`);
    if (status !== 200) throw new Error(`the relay is not ready: ${status}`);
  }, READY_WITHIN_MS);
  return relay;
}
