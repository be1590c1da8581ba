import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { startRelayProcess } from '../../support/relay-process.ts';
import { at, code, metric, RawClient, type RunningRelay, startRelay } from '../relay/bayeux-client.ts';
import { join, joined, publishEntry, Replica } from '../relay/replica.ts';

const ROOM = 'lobby';
const channel = `/rooms/${ROOM}`;

function texts(client: RawClient): readonly unknown[] {
  const payloads = client.heard
    .filter((message) => message.channel === channel)
    .map(({ data }) => at(data, 'entry', 'payload'));
  return payloads.map((payload) => at(JSON.parse(String(payload)), 'text'));
}

function told(client: RawClient, kind: string): readonly unknown[] {
  return client.heard.map(({ data }) => data).filter((data) => at(data, 'kind') === kind);
}

describe('two relays on one Redis', () => {
  let redis: RedisProcess;
  let relays: readonly RunningRelay[] = [];
  let urls: readonly [string, string] = ['', ''];
  const clients: RawClient[] = [];

  before(async () => {
    redis = await startRedis();
  });

  beforeEach(async () => {
    await redis.client.flushall();
    const [a, b] = await Promise.all([startRelay({ redisUrl: redis.url }), startRelay({ redisUrl: redis.url })]);
    relays = [a, b];
    urls = [a.url, b.url];
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(relays.map(({ relay }) => relay.close()));
  });

  after(() => redis.close());

  const enter = async (url: string, replica = new Replica()) => {
    const [client, reply] = await joined(url, ROOM, replica);
    clients.push(client);
    await client.subscribe(`${channel}/presence`);
    await client.subscribe(`${channel}/replicas/${replica.id}`);
    return { client, reply, replica };
  };

  it('[RED-1] members of both hear every entry once, in the order of the log, and are acknowledged with its place', async () => {
    const [a, b] = [await enter(urls[0]), await enter(urls[1])];
    const acknowledged: unknown[] = [];
    for (let n = 1; n <= 20; n += 1) {
      const from = n % 2 === 0 ? a : b;
      const reply = await publishEntry(from.client, ROOM, from.replica.entry(ROOM, `${n}`));
      acknowledged.push(at(reply, 'ext', 'natter', 'offset'));
    }
    const expected = Array.from({ length: 20 }, (_, n) => `${n + 1}`);
    await eventually(() => expect([texts(a.client), texts(b.client)]).to.deep.equal([expected, expected]));
    expect(acknowledged).to.deep.equal(expected.map(Number));
  });

  it('[RED-1] what two say at the same time comes to all in one order', async () => {
    const [a, b] = [await enter(urls[0]), await enter(urls[1])];
    const said = [];
    for (let n = 1; n <= 50; n += 1) {
      for (const { client, replica } of [a, b])
        said.push(publishEntry(client, ROOM, replica.entry(ROOM, `${replica.id} ${n}`)));
    }
    await Promise.all(said);
    await eventually(() => expect([texts(a.client).length, texts(b.client).length]).to.deep.equal([100, 100]));
    expect(texts(a.client)).to.deep.equal(texts(b.client));
  });

  it('[RED-2] [CERT-9] a retry at another relay is acknowledged with the same place and goes to nobody', async () => {
    const [a, b] = [await enter(urls[0]), await enter(urls[1])];
    const entry = a.replica.entry(ROOM, 'once');
    const first = await publishEntry(a.client, ROOM, entry);
    const given = await publishEntry(b.client, ROOM, { ...entry });
    expect(at(given, 'ext', 'natter', 'offset')).to.equal(at(first, 'ext', 'natter', 'offset'));
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'after'));
    await eventually(() => expect(texts(b.client)).to.deep.equal(['once', 'after']));
  });

  it('[RED-3] a newcomer reads at one relay what was said at the other; nothing falls between it and what is said then', async () => {
    const a = await enter(urls[0]);
    for (let n = 1; n <= 5; n += 1) await publishEntry(a.client, ROOM, a.replica.entry(ROOM, `${n}`));
    const saying = (async () => {
      for (let n = 6; n <= 60; n += 1) await publishEntry(a.client, ROOM, a.replica.entry(ROOM, `${n}`));
    })();
    const b = await enter(urls[1]);
    await saying;
    const held = b.reply.entries.map(({ entry }) => at(JSON.parse(entry.payload), 'text'));
    const expected = Array.from({ length: 60 }, (_, n) => `${n + 1}`);
    await eventually(() => expect([...held, ...texts(b.client)]).to.deep.equal(expected));
  });

  it('[RED-4] members see each other across relays: who is there, who comes, goes and is renamed', async () => {
    const a = await enter(urls[0]);
    const b = await enter(urls[1]);
    expect(b.reply.members.map(({ replica }) => replica)).to.have.members([a.replica.id, b.replica.id]);
    await eventually(() =>
      expect(told(a.client, 'join').map((frame) => at(frame, 'member', 'replica'))).to.include(b.replica.id),
    );
    b.client.close();
    const c = await enter(urls[1]);
    await eventually(
      () => expect(told(a.client, 'leave').map((frame) => at(frame, 'replica'))).to.deep.equal([b.replica.id]),
      8_000,
    );
    await c.client.call({ channel: '/meta/disconnect' });
    await eventually(() => expect(told(a.client, 'leave')).to.have.length(2));
    const d = await enter(urls[0]);
    expect(d.reply.members.map(({ replica }) => replica)).to.have.members([a.replica.id, d.replica.id]);
  });

  it('[RED-4] who joins while the last member here leaves sees those at other relays, and hears them', async () => {
    const [last, b] = [await enter(urls[0]), await enter(urls[1])];
    const replica = new Replica();
    const client = await RawClient.connect(urls[0], {});
    clients.push(client);
    await redis.client.call('CLIENT', 'PAUSE', '1000', 'ALL');
    let isIn = false;
    const joining = join(client, replica, ROOM).then((reply) => {
      isIn = true;
      return reply;
    });
    await fetch(`${urls[0]}/healthz`); // by then it asks Redis
    await last.client.call({ channel: '/meta/disconnect' });
    expect(isIn).to.equal(false);
    const reply = await joining;
    expect(reply.members.map(({ replica: id }) => id)).to.include(b.replica.id);
    await client.subscribe(`${channel}/presence`);
    await publishEntry(b.client, ROOM, b.replica.entry(ROOM, 'hi'));
    await eventually(() => expect(texts(client)).to.deep.equal(['hi']));
    await b.client.call({ channel: '/meta/disconnect' });
    await eventually(() => expect(told(client, 'leave').map((frame) => at(frame, 'replica'))).to.include(b.replica.id));
  });

  it('[RED-5] a replica that joins at another relay is out at the first, and nobody sees it leave', async () => {
    const [a, b] = [await enter(urls[0]), await enter(urls[1])];
    const again = await enter(urls[1], a.replica);
    await eventually(() =>
      expect(told(a.client, 'leave').map((frame) => at(frame, 'replica'))).to.deep.equal([a.replica.id]),
    );
    expect(code(await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'late')))).to.equal('not_a_member');
    expect(
      (await publishEntry(again.client, ROOM, again.replica.entry(ROOM, 'x', { seq: 1, prev: null }))).successful,
    ).to.equal(true);
    expect(told(b.client, 'leave')).to.deep.equal([]);
  });

  it('[RED-6] typing, signals and acks reach members of the other relay, with the relay’s word on who sent them', async () => {
    const [a, b] = [await enter(urls[0]), await enter(urls[1])];
    await eventually(() => expect(told(a.client, 'join')).to.have.length(1));
    await a.client.publish(`${channel}/presence`, { v: 1, kind: 'typing', on: true });
    await a.client.publish(`${channel}/replicas/${b.replica.id}`, { v: 1, kind: 'ack', ranges: [[1, 2]] });
    await eventually(() => {
      expect(told(b.client, 'typing')).to.deep.equal([{ v: 1, kind: 'typing', on: true, replica: a.replica.id }]);
      expect(told(b.client, 'ack')).to.deep.equal([{ v: 1, kind: 'ack', ranges: [[1, 2]], from: a.replica.id }]);
    });
  });

  it('[RED-7] plain clients chat across relays', async () => {
    const [a, b] = [await RawClient.connect(urls[0]), await RawClient.connect(urls[1])];
    clients.push(a, b);
    await a.subscribe(channel);
    await b.subscribe(channel);
    await a.publish(channel, { text: 'hi' });
    await b.publish(channel, { text: 'hello' });
    await eventually(() =>
      expect([texts(a), texts(b)]).to.deep.equal([
        ['hi', 'hello'],
        ['hi', 'hello'],
      ]),
    );
  });

  it('[RED-8] pages of the log are fetched at any relay', async () => {
    const [a, b] = [await enter(urls[0]), await enter(urls[1])];
    for (let n = 1; n <= 3; n += 1) await publishEntry(a.client, ROOM, a.replica.entry(ROOM, `${n}`));
    await b.client.publish(`${channel}/replicas/${b.replica.id}`, { v: 1, kind: 'fetch', before: 3 });
    await eventually(() => {
      const [page] = told(b.client, 'entries');
      expect([at(page, 'entries', 0, 'offset'), at(page, 'entries', 1, 'offset'), at(page, 'more')]).to.deep.equal([
        1,
        2,
        false,
      ]);
    });
  });

  it('[RED-9] the members of a relay that has died are shown leaving within 20 s', async () => {
    const dying = await startRelayProcess(['--log', 'silent'], { REDIS_URL: redis.url });
    const a = await enter(urls[0]);
    const b = await enter(dying.url);
    await eventually(() => expect(told(a.client, 'join')).to.have.length(1));
    await dying.stop('SIGKILL');
    const leaves = () => told(a.client, 'leave').map((frame) => at(frame, 'replica'));
    await eventually(() => expect(leaves()).to.deep.equal([b.replica.id]), 20_000);
    expect((await enter(urls[1])).reply.members.map(({ replica }) => replica)).not.to.include(b.replica.id);
  });

  it('[RED-16] a relay hears a room while it has members there, and not before and after', async () => {
    const bus = `natter:{rooms/${ROOM}}:bus`;
    const listening = async () => Number((await redis.client.pubsub('NUMSUB', bus))[1]);
    const [a, elsewhere] = [await enter(urls[0]), (await joined(urls[1], 'elsewhere'))[0]];
    clients.push(elsewhere);
    expect(await listening()).to.equal(1);
    const [b, also] = [await enter(urls[1]), await enter(urls[1])];
    expect(await listening()).to.equal(2);
    await also.client.call({ channel: '/meta/disconnect' });
    await b.client.call({ channel: '/meta/unsubscribe', subscription: channel });
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'to nobody there'));
    await eventually(async () => expect(await listening()).to.equal(1));
    expect(await metric(urls[1], 'natter_rooms')).to.equal(1);
    const [again, reply] = await joined(urls[1], ROOM);
    clients.push(again);
    expect(await listening()).to.equal(2);
    expect(reply.offset).to.equal(1);
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'and now'));
    await eventually(() => expect(texts(again)).to.deep.equal(['and now']));
  });

  it('[NODE-6] who moves from a relay that closes is not shown leaving; who does not is, within 12 s', async () => {
    const a = await enter(urls[1]);
    const [moving, going] = [await enter(urls[0]), await enter(urls[0])];
    await relays[0]?.relay.close();
    const moved = await enter(urls[1], moving.replica);
    expect(moved.reply.recovered).to.equal(false);
    const leaves = () => told(a.client, 'leave').map((frame) => at(frame, 'replica'));
    await eventually(() => expect(leaves()).to.deep.equal([going.replica.id]), 12_000);
  });

  it('[NODE-6] a closing relay tells its clients over 1.5 s, and serves each until then', async () => {
    const crowd = await Promise.all(Array.from({ length: 60 }, () => RawClient.connect(urls[0], {})));
    clients.push(...crowd);
    const started = performance.now();
    const closes = Promise.all(crowd.map((client) => client.closed().then(() => performance.now() - started)));
    const closing = relays[0]?.relay.close();
    const times = await closes;
    await closing;
    const early = times.filter((ms) => ms < 200).length;
    expect(early).to.be.lessThan(40);
    expect(Math.max(...times)).to.be.within(400, 2_500);
  });
});
