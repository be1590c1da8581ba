import type { Redis } from 'ioredis';
import { accept, type Result } from '../../protocol/result.ts';
import { isForgotten, KEPT_MS, type RevocationStore, type Revocations } from '../trust/revocations.ts';
import { unavailable } from './failure.ts';
import { busKey, REVOKED_KEY, REVOKED_TOPIC } from './keys.ts';
import { Script } from './script.ts';

/**
 * KEYS: the revocations. ARGV: what is revoked, when, ms for which they are kept, bus channel. The later of two counts, and
 * all nodes hear it in the same step in which it is kept.
 */
const REVOKE = new Script(`
local before = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0)
if tonumber(ARGV[2]) > before then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[2] .. ' ' .. ARGV[1])
return 1
`);

export interface RedisRevocationsPorts {
  readonly redis: Redis;
  readonly revocations: Revocations;
  readonly now: () => number;
}

/** Revocations that all relays on one Redis share, and that outlive them. Each relay has a copy of them all. */
export class RedisRevocations implements RevocationStore {
  private readonly ports: RedisRevocationsPorts;
  private loaded = false;

  constructor(ports: RedisRevocationsPorts) {
    this.ports = ports;
  }

  /** Before the first copy is here a token that was revoked elsewhere would not be known. */
  isReady(): boolean {
    return this.loaded;
  }

  async keep(key: string, at: number): Promise<Result<undefined>> {
    const { redis, revocations } = this.ports;
    try {
      await REVOKE.run(redis, [REVOKED_KEY], [key, at, KEPT_MS, busKey(REVOKED_TOPIC)]);
    } catch (error) {
      return unavailable(error, false);
    }
    revocations.note(key, at);
    return accept(undefined);
  }

  /** The bus brings one: `<when> <what>`. */
  receive(message: string): void {
    const [, at, key] = /^(\d{1,16}) (.+)$/s.exec(message) ?? [];
    if (key !== undefined) this.ports.revocations.note(key, Number(at));
  }

  /** Reads all there are: at the start, and when some may have been missed. Rejects where Redis is away. */
  async load(): Promise<void> {
    const { redis, revocations, now } = this.ports;
    const kept = Object.entries(await redis.hgetall(REVOKED_KEY));
    const old = kept.filter(([, at]) => isForgotten(Number(at), now())).map(([key]) => key);
    if (old.length > 0) await redis.hdel(REVOKED_KEY, ...old);
    for (const [key, at] of kept) revocations.note(key, Number(at));
    this.loaded = true;
  }
}
