import { once } from 'node:events';
import { expect } from 'chai';
import { memoryAccounts, redisAccounts } from '../../server/limits/account.ts';
import { connectRedis } from '../../server/redis/connection.ts';
import { type RedisProcess, startRedis } from '../support/redis.ts';
import { accountContract } from './account.ts';

accountContract('memory', async () => ({ open: memoryAccounts, close: () => Promise.resolve() }));

describe('in Redis', () => {
  let redis: RedisProcess;

  before(async () => {
    redis = await startRedis();
  });

  after(() => redis.close());

  const connect = async () => {
    const connections = connectRedis(redis.url, () => undefined);
    await once(connections.commands, 'ready');
    return connections;
  };

  accountContract('Redis', async () => {
    await redis.client.flushall();
    const { commands, close } = await connect();
    return { open: redisAccounts(commands), close: async () => close() };
  });

  it('[LIM-6] processes share it, and neither an address nor a name stands there', async () => {
    await redis.client.flushall();
    const [one, two] = await Promise.all([connect(), connect()]);
    const window = { points: 10, seconds: 60 };
    await redisAccounts(one.commands)('user-messages', window).spend('ann@example.com', 3);
    expect((await redisAccounts(two.commands)('user-messages', window).spend('ann@example.com', 4)).points).to.equal(7);
    const keys = await redis.client.keys('*');
    expect(keys).to.have.length(1);
    expect(keys[0]).to.match(/^natter:limit:user-messages:[\w-]{22}$/);
    one.close();
    two.close();
  });

  it('[LIM-7] where Redis is away it says so at once', async () => {
    const own = await startRedis();
    const connections = connectRedis(own.url, () => undefined);
    await once(connections.commands, 'ready');
    const account = redisAccounts(connections.commands)('t', { points: 10, seconds: 60 });
    const closed = once(connections.commands, 'close');
    await own.kill();
    await closed;
    const asked = performance.now();
    const outcome = await account.spend('a', 1).catch(() => 'rejected');
    expect(outcome).to.equal('rejected');
    expect(performance.now() - asked).to.be.lessThan(500);
    connections.close();
    await own.close();
  });
});
