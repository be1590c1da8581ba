import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { hsToken, SECRET } from '../../support/tokens.ts';
import { at, code, type Message, RawClient, type RunningRelay, startRelay } from '../relay/bayeux-client.ts';

const ROOM = '/rooms/lobby';
const LIMIT = { perSecond: 1, burst: 20 } as const;

describe('limits that relays share by Redis', () => {
  let redis: RedisProcess;
  let relays: readonly RunningRelay[] = [];
  const clients: RawClient[] = [];

  beforeEach(async () => {
    redis = await startRedis();
    const options = { redisUrl: redis.url, tokenKey: SECRET, limitUserMessages: LIMIT, limitRoomMessages: LIMIT };
    relays = await Promise.all([startRelay(options), startRelay(options)]);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(relays.map(({ relay }) => relay.close()));
    await redis.close();
  });

  const login = async (relay: number, sub: string, room = ROOM) => {
    const client = await RawClient.connect(relays[relay]?.url ?? '', { token: hsToken({ sub }) });
    clients.push(client);
    expect((await client.subscribe(room)).successful).to.equal(true);
    return client;
  };
  const say = (client: RawClient, times: number, room = ROOM): Promise<readonly Message[]> =>
    Promise.all(Array.from({ length: times }, (_, n) => client.publish(room, { text: `${n}` })));
  const taken = (replies: readonly Message[]) => replies.filter(({ successful }) => successful === true).length;

  it('[LIM-6] a user who has used up their limit at one is refused at the other, in another room, too', async () => {
    const here = await login(0, 'ann');
    expect(taken(await say(here, 30))).to.equal(20);
    const there = await login(1, 'ann', '/rooms/other');
    const refused = await eventually(async () => {
      const answer = await there.publish('/rooms/other', { text: 'x' });
      expect(code(answer)).to.equal('too_fast');
      return answer;
    });
    expect(at(refused, 'ext', 'natter', 'retryAfter')).to.be.within(1_000, 20_000);
    const bob = await login(1, 'bob', '/rooms/third');
    expect(taken(await say(bob, 5, '/rooms/third'))).to.equal(5);
  });

  it('[LIM-6] a room that is full at one is full at the other', async () => {
    const here = await login(0, 'ann');
    const there = await login(1, 'ben');
    expect(taken(await say(here, 30))).to.equal(20);
    await eventually(async () => expect(code(await there.publish(ROOM, { text: 'x' }))).to.equal('too_fast'));
  });

  it('[LIM-7] with Redis away each relay counts alone, and lets through what it may', async () => {
    const here = await login(0, 'ann');
    await redis.kill();
    await eventually(async () => expect((await fetch(`${relays[0]?.url}/readyz`)).status).to.equal(503));
    const codes = (await say(here, 30)).map((reply) => code(reply));
    expect(codes.filter((refused) => refused === 'overloaded')).to.have.length(20);
    expect(codes.filter((refused) => refused === 'too_fast')).to.have.length(10);
  });
});
