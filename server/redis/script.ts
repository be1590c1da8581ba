import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { whyNot } from './connection.ts';

/** A Lua script, sent whole only to a Redis that does not know it yet. */
export class Script {
  private readonly source: string;
  private readonly sha: string;

  constructor(source: string) {
    this.source = source;
    this.sha = createHash('sha1').update(source).digest('hex');
  }

  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (whyNot(error) !== 'NOSCRIPT') throw error;
      return redis.eval(this.source, keys.length, ...keys, ...args);
    }
  }
}
