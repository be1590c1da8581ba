import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Window } from './rate.ts';

/** What has been spent of a window by now, here and elsewhere, and when the next one begins. */
export interface Spent {
  readonly points: number;
  readonly leftMs: number;
}

/** Keeps what is spent under a key in a fixed window. It does not judge: that is the tally's. */
export interface Account {
  /** Adds points. Rejects where the account can't be reached. */
  spend(key: string, points: number): Promise<Spent>;
}

/** Makes the account of one limit; `name` tells it from the others. */
export type OpenAccount = (name: string, window: Window) => Account;

/** In this process alone. */
export const memoryAccounts: OpenAccount = (name, { points, seconds }) =>
  accountOf(new RateLimiterMemory({ points, duration: seconds, keyPrefix: name }), (key) => key);

/** Shared by all processes that use this Redis. Where it is away, each counts for itself. */
export function redisAccounts(redis: Redis): OpenAccount {
  return (name, { points, seconds }) =>
    accountOf(
      new RateLimiterRedis({
        ...{ storeClient: redis, points, duration: seconds, keyPrefix: `natter:limit:${name}` },
        rejectIfRedisNotReady: true,
      }),
      // Neither addresses nor names of people stand in Redis, and a key is short whatever a user is called.
      (key) => createHash('sha256').update(key).digest('base64url').slice(0, 22),
    );
}

/** `penalty` is the library's word for adding points without judging them. */
function accountOf(limiter: RateLimiterMemory | RateLimiterRedis, keyOf: (key: string) => string): Account {
  return {
    async spend(key, points) {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(keyOf(key), points);
      return { points: consumedPoints, leftMs: msBeforeNext };
    },
  };
}
