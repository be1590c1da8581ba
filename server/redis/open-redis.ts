import type { Redis } from 'ioredis';
import { isLoopbackAddress } from '../gate/address.ts';
import type { Logger } from '../observe/log.ts';

/** What an operator should read once where others can reach a Redis that asks for no password. */
const WARNING =
  'Redis asks for no password and is reached from elsewhere: whoever can write there can write into every room';

/**
 * Warns, once Redis is there, of one without a password that listens on more than this machine: whether because we reach
 * it from another one, or because it says so (CONFIG GET; where that is forbidden, somebody has set rights).
 */
export function warnOfOpenRedis(url: string, redis: Redis, log: Logger): void {
  const { hostname, password } = new URL(url);
  if (password !== '') return;
  const isFar = !isLoopbackAddress(hostname.replace(/^\[|\]$/g, '')) && hostname !== 'localhost';
  redis.once('ready', async () => {
    const isOpen = isFar || (await listensPublicly(redis).catch(() => false)); // Redis is away again, or does not tell
    if (isOpen) log.warn({ host: hostname }, WARNING);
  });
}

async function listensPublicly(redis: Redis): Promise<boolean> {
  const [, addresses = ''] = (await redis.config('GET', 'bind')) as readonly string[];
  // No address at all means all of them; a minus means: where there is such an address (redis.conf).
  const list = addresses.split(' ').map((address) => address.replace(/^-/, ''));
  return list.some((address) => !isLoopbackAddress(address));
}
