import { expect } from 'chai';
import type { RelayOptions } from '../../../server/index.ts';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { at, RawClient, type RunningRelay, startRelay } from '../relay/bayeux-client.ts';
import { joined, Replica } from '../relay/replica.ts';

export const ROOM = 'lobby';
export const channel = `/rooms/${ROOM}`;

/** Texts and places of the entries that a client heard. */
export function heard(client: RawClient): readonly (readonly unknown[])[] {
  return client.heard
    .filter((message) => message.channel === channel)
    .map(({ data }) => [at(JSON.parse(String(at(data, 'entry', 'payload'))), 'text'), at(data, 'offset')]);
}

export function told(client: RawClient, kind: string): readonly unknown[] {
  return client.heard.map(({ data }) => data).filter((data) => at(data, 'kind') === kind);
}

export async function readiness(url: string): Promise<readonly unknown[]> {
  const response = await fetch(`${url}/readyz`);
  return [response.status, at(await response.json(), 'status')];
}

export function away(url: string): Promise<unknown> {
  return eventually(async () => expect(await readiness(url)).to.deep.equal([503, 'Redis: away']), 2_000);
}

export function back(url: string): Promise<unknown> {
  return eventually(async () => expect(await readiness(url)).to.deep.equal([200, 'ready']), 8_000);
}

export interface RedisStageOptions extends RelayOptions {
  /** Of redis-server, such as `--appendonly yes`. */
  readonly flags?: readonly string[];
}

/** A Redis to do harm to, two relays on it, and who is there. */
export class RedisStage {
  readonly redis: RedisProcess;
  /** Of the first two relays. */
  urls: readonly [string, string] = ['', ''];
  private readonly clients: RawClient[] = [];
  private readonly relays: RunningRelay[] = [];

  static async set({ flags = [], ...options }: RedisStageOptions = {}): Promise<RedisStage> {
    const stage = await RedisStage.alone(flags);
    stage.urls = await Promise.all([stage.relay(options), stage.relay(options)]);
    return stage;
  }

  /** Without a relay yet. */
  static async alone(flags: readonly string[] = []): Promise<RedisStage> {
    return new RedisStage(await startRedis(flags));
  }

  private constructor(redis: RedisProcess) {
    this.redis = redis;
  }

  /** Where another relay listens. */
  async relay(options: RelayOptions = {}): Promise<string> {
    const relay = await startRelay({ redisUrl: this.redis.url, ...options });
    this.relays.push(relay);
    return relay.url;
  }

  /** Somebody with a connection, and in no room yet. */
  async connect(url: string): Promise<RawClient> {
    const client = await RawClient.connect(url, {});
    this.clients.push(client);
    return client;
  }

  async enter(url: string, replica: Replica = new Replica()) {
    const [client, reply] = await joined(url, ROOM, replica);
    this.clients.push(client);
    await client.subscribe(`${channel}/presence`);
    return { client, reply, replica };
  }

  async clear(): Promise<void> {
    for (const client of this.clients) client.close();
    await Promise.all(this.relays.map(({ relay }) => relay.close()));
    await this.redis.close();
  }
}
