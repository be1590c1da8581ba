import { expect } from 'chai';
import { type Balancer, startBalancer } from '../../support/balancer/balancer.ts';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { at, RawClient, type RunningRelay, startRelay } from '../relay/bayeux-client.ts';
import { join, joined, publishEntry, Replica } from '../relay/replica.ts';

const ROOM = 'lobby';
const channel = `/rooms/${ROOM}`;

function heard(client: RawClient): readonly unknown[] {
  return client.heard.filter((message) => message.channel === channel).map(({ data }) => at(data, 'offset'));
}

describe('a relay whose Redis answers and yet fails it', () => {
  let redis: RedisProcess;
  let network: Balancer;
  let near: RunningRelay;
  let far: RunningRelay;
  const clients: RawClient[] = [];

  beforeEach(async () => {
    redis = await startRedis();
    network = await startBalancer([redis.url]);
    near = await startRelay({ redisUrl: network.url.replace('http:', 'redis:') });
    far = await startRelay({ redisUrl: redis.url });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all([near, far].map(({ relay }) => relay.close()));
    await network.close();
    await redis.close();
  });

  const enter = async ({ url }: RunningRelay, replica = new Replica()) => {
    const [client] = await joined(url, ROOM, replica);
    clients.push(client);
    await client.subscribe(`${channel}/presence`);
    return { client, replica };
  };

  const readiness = async ({ url }: RunningRelay) => (await fetch(`${url}/readyz`)).status;

  it('[RED-22] whose connections bring nothing any more takes new ones, and misses nothing', async () => {
    const [a, b] = [await enter(near), await enter(far)];
    network.swallow();
    await eventually(async () => expect(await readiness(near)).to.equal(503), 3_000);
    expect(at(await publishEntry(b.client, ROOM, b.replica.entry(ROOM, 'unheard')), 'successful')).to.equal(true);
    network.heal(); // those that were there stay dead, as when a firewall has forgotten them
    await eventually(async () => expect(await readiness(near)).to.equal(200), 12_000);
    await eventually(() => expect(heard(a.client)).to.deep.equal([1]));
    const said = await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'again'));
    expect(at(said, 'ext', 'natter', 'offset')).to.equal(2);
    await eventually(() => expect(heard(b.client)).to.deep.equal([1, 2]));
  });

  it('[RED-23] which did not say what was missed is asked until it does', async () => {
    const [a, b] = [await enter(near), await enter(far)];
    await redis.client.call('ACL', 'SETUSER', 'default', '-hgetall', '-xrange');
    network.swallow();
    await publishEntry(b.client, ROOM, b.replica.entry(ROOM, 'missed'));
    network.reset();
    await eventually(async () => expect(await readiness(near)).to.equal(200), 12_000);
    await eventually(async () => {
      expect(
        Number(/cmdstat_hgetall:.*rejected_calls=(\d+)/.exec(await redis.client.info('commandstats'))?.[1]),
      ).to.be.greaterThan(0);
    });
    expect(heard(a.client)).to.deep.equal([]);
    await redis.client.call('ACL', 'SETUSER', 'default', '+hgetall', '+xrange');
    await eventually(() => expect(heard(a.client)).to.deep.equal([1]), 5_000);
  });

  it('[RED-25] which let it not listen is asked until it does: nobody stays deaf', async () => {
    const b = await enter(far);
    await redis.client.call('ACL', 'SETUSER', 'default', '-subscribe');
    const client = await RawClient.connect(near.url, {});
    clients.push(client);
    const replica = new Replica();
    await join(client, replica, ROOM).catch(() => undefined); // let in deaf, or told to come again
    await redis.client.call('ACL', 'SETUSER', 'default', '+subscribe');
    await eventually(async () => expect(await readiness(near)).to.equal(200), 8_000);
    await join(client, replica, ROOM);
    await publishEntry(b.client, ROOM, b.replica.entry(ROOM, 'said'));
    await eventually(() => expect(heard(client)).to.deep.equal([1]));
  });

  it('[RED-24] hears who has left while it was away, also from a room that nobody is in there any more', async () => {
    const [a, b] = [await enter(near), await enter(far)];
    network.swallow();
    await eventually(async () => expect(await readiness(near)).to.equal(503), 3_000);
    await a.client.call({ channel: '/meta/disconnect' });
    network.reset();
    await eventually(() => {
      const left = b.client.heard.filter(({ data }) => at(data, 'kind') === 'leave');
      expect(left.map(({ data }) => at(data, 'replica'))).to.deep.equal([a.replica.id]);
    }, 8_000);
  });
});
