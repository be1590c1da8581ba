import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { fayeRedisEngine, type SharedEngine } from '../../support/shared-engines.ts';

const CLIENTS = 'natter:faye/clients';

describe('what faye-redis keeps in Redis', () => {
  let redis: RedisProcess;
  const engines: SharedEngine[] = [];

  before(async () => {
    redis = await startRedis();
  });

  afterEach(() => {
    for (const engine of engines.splice(0)) engine.close();
  });

  after(() => redis.close());

  const make = async (timeout = 10) => {
    const engine = await fayeRedisEngine(redis.url, timeout);
    engines.push(engine);
    return engine;
  };
  const member = async ({ proxy }: SharedEngine) => {
    const id = await new Promise<string>((resolve) => proxy.createClient(resolve));
    await new Promise((resolve) => proxy.subscribe(id, '/x', resolve));
    return id;
  };

  it('[FAYE-1] subscriptions and what waits are in the stock keys, and are gone with their client', async () => {
    const one = await make();
    const id = await member(one);
    const [subscribers, queue] = [`natter:faye/channels/${one.node.id}/x`, `${CLIENTS}/${id}/messages`];
    await eventually(async () => expect(await redis.client.smembers(subscribers)).to.deep.equal([id]));
    one.proxy.publish({ channel: '/x', data: 1 });
    await eventually(async () =>
      expect(await redis.client.lrange(queue, 0, -1)).to.deep.equal(['{"channel":"/x","data":1}']),
    );
    one.proxy.destroyClient(id);
    await eventually(async () => expect(await redis.client.keys('natter:faye/c*')).to.deep.equal([]));
  });

  it('[FAYE-3] connections that break in the midst of publications: nothing is thrown, and it goes on', async () => {
    const one = await make();
    const id = await member(one);
    const heard: unknown[] = [];
    one.engine.attach(id, { write: (frame) => heard.push(frame.subarray(2).toString()) });
    for (let round = 1; round <= 8; round += 1) {
      for (let n = 0; n < 50 * round; n += 1) one.engine.publishHere({ channel: '/x', data: n });
      if (round % 2 === 0) await redis.client.ping(); // some of it has been answered by now
      await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await eventually(() => expect(one.local.isWell).to.equal(false));
      one.engine.publishHere({ channel: '/x', data: `without ${round}` });
      expect(heard.at(-1)).to.include(`without ${round}`);
      await eventually(() => expect(one.local.isWell).to.equal(true));
      one.engine.publishHere({ channel: '/x', data: `after ${round}` });
      await eventually(() => expect(heard.at(-1)).to.include(`after ${round}`));
    }
  });

  it('[FAYE-4] a client that subscribed while Redis was away hears by it afterwards', async () => {
    const one = await make();
    await redis.kill();
    await eventually(() => expect(one.local.isWell).to.equal(false));
    const id = await member(one);
    await redis.restart();
    await eventually(() => expect(one.local.isWell).to.equal(true));
    one.engine.publishHere({ channel: '/x', data: 1 });
    await eventually(async () => expect(await redis.client.llen(`${CLIENTS}/${id}/messages`)).to.equal(1));
  });

  it('[FAYE-5] while Redis is full it is not used, and is when it has room again', async () => {
    const one = await make();
    const id = await member(one);
    const refusals = async () => Number(/errorstat_OOM:count=(\d+)/.exec(await redis.client.info('errorstats'))?.[1]);
    await redis.client.config('SET', 'maxmemory', '1');
    one.engine.publishHere({ channel: '/x', data: 'lost' });
    await eventually(() => expect(one.local.isWell).to.equal(false));
    const before = await refusals();
    await eventually(async () => expect(await refusals()).to.be.greaterThan(before + 4)); // beats, and attempts
    expect(one.recoveries()).to.equal(1);
    await redis.client.config('SET', 'maxmemory', '0');
    await eventually(() => expect([one.local.isWell, one.recoveries()]).to.deep.equal([true, 2]));
    one.engine.publishHere({ channel: '/x', data: 'kept' });
    await eventually(async () => expect(await redis.client.llen(`${CLIENTS}/${id}/messages`)).to.equal(1));
  });

  it('[FAYE-6] the clients of a relay that died are removed by another', async () => {
    const [dies, lives] = [await make(0.2), await make(0.2)];
    const id = await member(dies);
    dies.proxy.publish({ channel: '/x', data: 1 });
    await eventually(async () => expect(await redis.client.llen(`${CLIENTS}/${id}/messages`)).to.equal(1));
    dies.close();
    const other = await member(lives);
    const pings = setInterval(() => lives.proxy.ping(other), 50);
    await eventually(async () => expect(await redis.client.zrange(CLIENTS, '0', '-1')).to.deep.equal([other]));
    const left = await redis.client.keys('natter:faye/c*');
    expect(left.filter((key) => key.includes(id) || key.includes(dies.node.id))).to.deep.equal([]);
    clearInterval(pings);
  });
});
