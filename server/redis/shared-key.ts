import type { Redis } from 'ioredis';
import { RELAY_KEY } from './keys.ts';

/** The secret that Redis keeps for all relays: what it has, or that of whoever comes first. */
export async function sharedKey(redis: Redis, mine: string): Promise<string> {
  const kept = await redis.get(RELAY_KEY); // first: a Redis that is full or read-only still gives what it has
  if (kept !== null) return kept;
  await redis.set(RELAY_KEY, mine, 'NX');
  const key = await redis.get(RELAY_KEY);
  if (key === null) throw new Error('the key is gone');
  return key;
}
