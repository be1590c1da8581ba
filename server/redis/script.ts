import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { whyNot } from './connection.ts';

/** The scripts that Redis knows, by connection, as long as that stands: whoever comes back may be another Redis. */
const known = new WeakMap<Redis, Set<string>>();

/** A Lua script, sent whole only to a Redis that may not know it yet. */
export class Script {
  private readonly source: string;
  private readonly sha: string;

  constructor(source: string) {
    this.source = source;
    this.sha = createHash('sha1').update(source).digest('hex');
  }

  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.runInOrder(redis, keys, args);
    } catch (error) {
      if (whyNot(error) !== 'NOSCRIPT') throw error;
      return this.runInOrder(redis, keys, args);
    }
  }

  /**
   * Runs are done in the order of the calls, so many may be under way. If Redis loses its scripts while the connection
   * stands those fail: sent again, they would come after later ones.
   */
  async runInOrder(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const scripts = knownTo(redis);
    const isKnown = scripts.has(this.sha);
    scripts.add(this.sha); // what is sent after this finds it there
    try {
      if (isKnown) return await redis.evalsha(this.sha, keys.length, ...keys, ...args);
      return await redis.eval(this.source, keys.length, ...keys, ...args);
    } catch (error) {
      if (!isKnown || whyNot(error) === 'NOSCRIPT') scripts.delete(this.sha);
      throw error;
    }
  }
}

function knownTo(redis: Redis): Set<string> {
  const found = known.get(redis);
  if (found) return found;
  const scripts = new Set<string>();
  known.set(redis, scripts);
  redis.on('close', () => scripts.clear());
  return scripts;
}
