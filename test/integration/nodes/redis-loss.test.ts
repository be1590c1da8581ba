import { expect } from 'chai';
import type { RoomName } from '../../../protocol/ids.ts';
import { logKeys, RELAY_KEY, roomKeys } from '../../../server/redis/keys.ts';
import { eventually } from '../../support/eventually.ts';
import { startRedis } from '../../support/redis.ts';
import { startRelayProcess } from '../../support/relay-process.ts';
import { at, code, handshakeMessage, metric, postMessages, startRelay } from '../relay/bayeux-client.ts';
import { join, joined, publishEntry, Replica } from '../relay/replica.ts';
import {
  away,
  back,
  channel,
  heard,
  RedisStage,
  type RedisStageOptions,
  ROOM,
  readiness,
  told,
} from './redis-stage.ts';

describe('Redis goes and comes', () => {
  let stage: RedisStage;
  const start = async (options: RedisStageOptions = {}) => {
    stage = await RedisStage.set(options);
  };

  afterEach(() => stage.clear());

  it('[RED-10] [RED-11] [RED-14] killed and started empty: refused without acknowledgement, heard nearby, then another epoch and all of it anew', async () => {
    await start();
    const [a, near, far] = [
      await stage.enter(stage.urls[0]),
      await stage.enter(stage.urls[0]),
      await stage.enter(stage.urls[1]),
    ];
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'before'));
    await eventually(() => expect(heard(far.client)).to.deep.equal([['before', 1]]));
    await stage.redis.kill();
    await Promise.all(stage.urls.map(away));
    expect(await metric(stage.urls[0], 'natter_ready')).to.equal(0);
    const entry = a.replica.entry(ROOM, 'while');
    const refused = await publishEntry(a.client, ROOM, entry);
    expect([refused.successful, code(refused)]).to.deep.equal([false, 'overloaded']);
    expect(at(refused, 'ext', 'natter', 'retryAfter')).to.be.within(100, 10_000);
    await eventually(() =>
      expect(heard(near.client)).to.deep.equal([
        ['before', 1],
        ['while', undefined],
      ]),
    );
    const newcomer = await stage.connect(stage.urls[0]);
    expect(code(await newcomer.subscribe(channel))).to.equal('overloaded');
    await stage.redis.restart();
    await Promise.all(stage.urls.map(back));
    await eventually(() => {
      for (const { client } of [a, near, far]) expect(told(client, 'reset')).to.have.length(1);
    });
    const again = await join(a.client, a.replica, ROOM);
    expect(again.epoch).not.to.equal(a.reply.epoch);
    expect([again.offset, again.have]).to.deep.equal([0, {}]);
    const all = [a, near, far].map(({ replica }) => replica.id);
    await eventually(async () =>
      expect((await join(far.client, far.replica, ROOM)).members.map(({ replica }) => replica)).to.have.members(all),
    );
    expect(at(await publishEntry(a.client, ROOM, entry), 'ext', 'natter', 'offset')).to.equal(1);
    await eventually(() =>
      expect(heard(far.client)).to.deep.equal([
        ['before', 1],
        ['while', 1],
      ]),
    );
    for (const { client } of [a, near, far]) expect(told(client, 'leave')).to.deep.equal([]);
  });

  it('[RED-26] killed and started empty: a relay that starts then knows the sessions of those that were there', async () => {
    await start();
    await stage.redis.kill();
    await Promise.all(stage.urls.map(away));
    await stage.redis.restart('lost');
    await Promise.all(stage.urls.map(back));
    const late = await stage.relay();
    for (const [home, edge] of [
      [stage.urls[0], late],
      [late, stage.urls[1]],
    ] as const) {
      const [handshake] = await postMessages(home, handshakeMessage({}));
      const ext = { natter: { session: at(handshake, 'ext', 'natter', 'session') } };
      const { clientId } = handshake ?? {};
      const [subscribed] = await postMessages(edge, {
        channel: '/meta/subscribe',
        clientId,
        subscription: channel,
        ext,
      });
      expect(subscribed?.successful, 'through another relay').to.equal(true);
    }
  });

  it('[RED-10] [RED-12] killed and started with what it had: nobody is told anything, and nothing is missed', async () => {
    await start({ flags: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const [a, far] = [await stage.enter(stage.urls[0]), await stage.enter(stage.urls[1])];
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'before'));
    await stage.redis.kill();
    await Promise.all(stage.urls.map(away));
    const entry = a.replica.entry(ROOM, 'while');
    expect(code(await publishEntry(a.client, ROOM, entry))).to.equal('overloaded');
    await stage.redis.restart();
    await Promise.all(stage.urls.map(back));
    expect(at(await publishEntry(a.client, ROOM, entry), 'ext', 'natter', 'offset')).to.equal(2);
    await eventually(() =>
      expect(heard(far.client)).to.deep.equal([
        ['before', 1],
        ['while', 2],
      ]),
    );
    expect([told(a.client, 'reset'), told(far.client, 'reset')]).to.deep.equal([[], []]);
  });

  it('[RED-10] [ROOM-7] a plain client’s chain has no hole where the log was away', async () => {
    await start({ flags: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const client = await stage.connect(stage.urls[0]);
    await client.subscribe(channel);
    await client.publish(channel, { text: 'one' });
    await stage.redis.kill();
    await Promise.all(stage.urls.map(away));
    expect(code(await client.publish(channel, { text: 'lost' }))).to.equal('overloaded');
    await stage.redis.restart();
    await Promise.all(stage.urls.map(back));
    await client.publish(channel, { text: 'two' });
    await eventually(() =>
      expect(heard(client)).to.deep.equal([
        ['one', 1],
        ['two', 2],
      ]),
    );
    const [first, second] = client.heard
      .filter((message) => message.channel === channel)
      .map(({ data }) => at(data, 'entry'));
    expect([at(first, 'seq'), at(second, 'seq'), at(second, 'prev')]).to.deep.equal([1, 2, at(first, 'id')]);
  });

  it('[RED-20] a plain client’s entry that Redis took too late is not acknowledged, and the next one is taken', async () => {
    await start();
    const client = await stage.connect(stage.urls[0]);
    await client.subscribe(channel);
    await client.publish(channel, { text: 'one' });
    stage.redis.signal('SIGSTOP');
    const late = ['two', 'three'].map((text) => client.publish(channel, { text }));
    for (const reply of await Promise.all(late)) expect(code(reply)).to.equal('overloaded');
    stage.redis.signal('SIGCONT');
    await Promise.all(stage.urls.map(back));
    const reply = await client.publish(channel, { text: 'four' });
    expect([reply.successful, at(reply, 'ext', 'natter', 'offset')]).to.deep.equal([true, 4]);
    await eventually(() => expect(heard(client).map(([text]) => text)).to.deep.equal(['one', 'two', 'three', 'four']));
  });

  it('[RED-19] Redis ends in the midst of a session’s entries: those acknowledged are in the log, in their order, and no others are acknowledged', async () => {
    await start({ flags: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const a = await stage.enter(stage.urls[0]);
    const entries = Array.from({ length: 300 }, (_, n) => a.replica.entry(ROOM, `${n}`));
    const say = (some: typeof entries) => some.map((entry) => publishEntry(a.client, ROOM, entry));
    const said = say(entries.slice(0, 100));
    await said[99];
    stage.redis.signal('SIGSTOP');
    said.push(...say(entries.slice(100)));
    await eventually(async () =>
      expect(await metric(stage.urls[0], 'natter_messages_received_total')).to.be.least(300),
    );
    await stage.redis.kill();
    const offsets = (await Promise.all(said)).map((reply) => reply.successful && at(reply, 'ext', 'natter', 'offset'));
    const taken = offsets.filter((offset) => offset !== false);
    expect(taken).to.deep.equal(Array.from({ length: taken.length }, (_, n) => n + 1));
    expect(taken).to.have.length(100);
    expect(offsets.slice(100).every((offset) => offset === false)).to.equal(true);
    await stage.redis.restart();
    await Promise.all(stage.urls.map(back));
    for (const entry of entries) await publishEntry(a.client, ROOM, entry);
    const far = await stage.enter(stage.urls[1]);
    const log = far.reply.entries.map(({ entry, offset }) => [entry.seq, offset]);
    expect(log).to.deep.equal(entries.slice(100).map(({ seq }) => [seq, seq]));
  });

  it('[RED-10] [LOG-6] with history off: acknowledged without a place, and not at all while others can’t be reached', async () => {
    await start({ history: 0 });
    const [here, there] = [await stage.enter(stage.urls[0]), await stage.enter(stage.urls[1])];
    const reply = await publishEntry(here.client, ROOM, here.replica.entry(ROOM, 'one'));
    expect([reply.successful, at(reply, 'ext', 'natter', 'offset')]).to.deep.equal([true, undefined]);
    await eventually(() => expect(heard(there.client)).to.deep.equal([['one', undefined]]));
    await stage.redis.kill();
    await away(stage.urls[0]);
    expect(code(await publishEntry(here.client, ROOM, here.replica.entry(ROOM, 'two')))).to.equal('overloaded');
    await eventually(() => expect(heard(here.client)).to.have.length(2));
  });

  it('[RED-12] a relay whose ears were cut reads what it missed', async () => {
    await start();
    const [a, far] = [await stage.enter(stage.urls[0]), await stage.enter(stage.urls[1])];
    for (let n = 1; n <= 60; n += 1) {
      if (n % 20 === 0) await stage.redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await publishEntry(a.client, ROOM, a.replica.entry(ROOM, `${n}`));
    }
    const expected = Array.from({ length: 60 }, (_, n) => [`${n + 1}`, n + 1]);
    await eventually(() => expect([heard(a.client), heard(far.client)]).to.deep.equal([expected, expected]), 8_000);
  });

  it('[RED-10] stopped for 4 s and let go on: refused meanwhile, taken once', async () => {
    await start();
    const [a, far] = [await stage.enter(stage.urls[0]), await stage.enter(stage.urls[1])];
    stage.redis.signal('SIGSTOP');
    const entry = a.replica.entry(ROOM, 'while');
    const refused = publishEntry(a.client, ROOM, entry);
    await Promise.all(stage.urls.map(away));
    expect(code(await refused)).to.equal('overloaded');
    stage.redis.signal('SIGCONT');
    await Promise.all(stage.urls.map(back));
    expect(at(await publishEntry(a.client, ROOM, entry), 'ext', 'natter', 'offset')).to.equal(1);
    await eventually(() => expect(heard(far.client)).to.deep.equal([['while', 1]]));
    expect(told(far.client, 'leave')).to.deep.equal([]);
  });

  it('[RED-26] emptied while its connections stand: the relays give it the key that they have', async () => {
    await start();
    const key = await stage.redis.client.get(RELAY_KEY);
    expect(key).to.be.a('string');
    await stage.redis.client.flushall();
    await eventually(async () => expect(await stage.redis.client.get(RELAY_KEY)).to.equal(key));
  });

  it('[RED-10] [LOG-6] with history off: what Redis may not have taken is not acknowledged', async () => {
    await start({ history: 0 });
    const [here, there] = [await stage.enter(stage.urls[0]), await stage.enter(stage.urls[1])];
    const plain = await stage.connect(stage.urls[0]);
    await plain.subscribe(channel, { host: 'a-secret-of-the-client-s' });
    const twice = await Promise.all([1, 2].map(() => plain.publish(channel, { text: 'one draft', draft: 'd' })));
    expect(new Set(twice.map((answer) => at(answer, 'ext', 'natter', 'id'))).size).to.equal(1);
    stage.redis.signal('SIGSTOP');
    const entry = here.replica.entry(ROOM, 'said');
    const [refused, hosted] = await Promise.all([
      publishEntry(here.client, ROOM, entry),
      plain.publish(channel, { text: 'by hand' }),
    ]);
    expect([refused, hosted].map(code)).to.deep.equal(['overloaded', 'overloaded']);
    stage.redis.signal('SIGCONT');
    await Promise.all(stage.urls.map(back));
    expect((await publishEntry(here.client, ROOM, entry)).successful).to.equal(true);
    expect((await plain.publish(channel, { text: 'again' })).successful).to.equal(true);
    await eventually(() => expect(heard(there.client).map(([text]) => text)).to.include.members(['said', 'again']));
    const numbers = there.client.heard.flatMap(({ data }) => {
      const [replica, seq, id] = ['replica', 'seq', 'id'].map((field) => at(data, 'entry', field));
      return id === undefined ? [] : [[`${replica} ${seq}`, id] as const];
    });
    expect(new Map(numbers).size, 'no number has two entries').to.equal(new Set(numbers.map(([, id]) => id)).size);
  });

  it('[RED-17] back with an older state of its log: members ask anew, and what is said then is heard by all', async () => {
    await start();
    const [a, b] = [await stage.enter(stage.urls[0]), await stage.enter(stage.urls[1])];
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'one'));
    const keys = logKeys(roomKeys(ROOM as RoomName));
    const older = await Promise.all(keys.map((key) => stage.redis.client.dumpBuffer(key)));
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'two'));
    await eventually(() => expect(heard(b.client)).to.have.length(2));
    const begin = stage.redis.client.multi();
    for (const [index, key] of keys.entries()) begin.restore(key, 0, older[index] ?? '', 'REPLACE');
    await begin.exec();
    await stage.redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await eventually(() => {
      for (const { client } of [a, b]) expect(told(client, 'reset')).to.have.length(1);
    });
    expect((await join(a.client, a.replica, ROOM)).offset).to.equal(1);
    expect(at(await publishEntry(b.client, ROOM, b.replica.entry(ROOM, 'three')), 'ext', 'natter', 'offset')).to.equal(
      2,
    );
    for (const { client } of [a, b]) await eventually(() => expect(heard(client).at(-1)).to.deep.equal(['three', 2]));
  });
});

describe('a relay that was taken for dead, and lives', () => {
  it('[RED-5] does not take back a replica that has come to another meanwhile', async () => {
    const redis = await startRedis();
    const slept = await startRelayProcess(['--log', 'silent'], { REDIS_URL: redis.url });
    const { relay, url } = await startRelay({ redisUrl: redis.url });
    const replica = new Replica();
    const [before] = await joined(slept.url, ROOM, replica);
    await before.subscribe(`${channel}/presence`);
    const { members, bus } = roomKeys(ROOM as RoomName);
    const entered = await eventually(async () => (await redis.client.hget(members, replica.id)) ?? expect.fail());
    slept.child.kill('SIGSTOP');
    await redis.client.hdel(members, replica.id);
    await redis.client.publish(bus, `O${entered.split(' ')[0]} ${replica.id}`);
    const [after] = await joined(url, ROOM, replica);
    await after.subscribe(`${channel}/presence`);
    slept.child.kill('SIGCONT');
    await eventually(() => expect(told(before, 'leave')).to.have.length(1));
    expect((await publishEntry(after, ROOM, replica.entry(ROOM, 'still here'))).successful).to.equal(true);
    expect(told(after, 'leave')).to.deep.equal([]);
    for (const client of [before, after]) client.close();
    await Promise.all([slept.stop('SIGKILL'), relay.close()]);
    await redis.close();
  });
});

describe('a relay without Redis', () => {
  it('[RED-14] starts, says that it is not ready, and is when Redis comes', async () => {
    const redis = await startRedis();
    await redis.kill();
    const { relay, url } = await startRelay({ redisUrl: redis.url });
    expect(await readiness(url)).to.deep.equal([503, 'Redis: away']);
    await redis.restart();
    await eventually(async () => expect(await readiness(url)).to.deep.equal([200, 'ready']), 8_000);
    const [client] = await joined(url, ROOM);
    client.close();
    await relay.close();
    await redis.close();
  });
});
