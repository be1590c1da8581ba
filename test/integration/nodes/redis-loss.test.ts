import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import type { RoomName } from '../../../protocol/ids.ts';
import { logKeys, NODES_KEY, RELAY_KEY, roomKeys } from '../../../server/redis/keys.ts';
import { PULSE } from '../../../server/redis/pulse.ts';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { startRelayProcess } from '../../support/relay-process.ts';
import {
  at,
  code,
  handshakeMessage,
  metric,
  postMessages,
  RawClient,
  type RunningRelay,
  startRelay,
} from '../relay/bayeux-client.ts';
import { join, joined, publishEntry, Replica } from '../relay/replica.ts';

const ROOM = 'lobby';
const channel = `/rooms/${ROOM}`;

/** Texts and places of the entries that a client heard. */
function heard(client: RawClient): readonly (readonly unknown[])[] {
  return client.heard
    .filter((message) => message.channel === channel)
    .map(({ data }) => [at(JSON.parse(String(at(data, 'entry', 'payload'))), 'text'), at(data, 'offset')]);
}

function told(client: RawClient, kind: string): readonly unknown[] {
  return client.heard.map(({ data }) => data).filter((data) => at(data, 'kind') === kind);
}

async function readiness(url: string): Promise<readonly unknown[]> {
  const response = await fetch(`${url}/readyz`);
  return [response.status, at(await response.json(), 'status')];
}

describe('Redis goes and comes', () => {
  let redis: RedisProcess;
  let relays: readonly RunningRelay[] = [];
  let urls: readonly [string, string] = ['', ''];
  const clients: RawClient[] = [];

  const start = async (flags: readonly string[] = []) => {
    redis = await startRedis(flags);
    const [a, b] = await Promise.all([startRelay({ redisUrl: redis.url }), startRelay({ redisUrl: redis.url })]);
    relays = [a, b];
    urls = [a.url, b.url];
  };

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(relays.map(({ relay }) => relay.close()));
    await redis.close();
  });

  const enter = async (url: string, replica = new Replica()) => {
    const [client, reply] = await joined(url, ROOM, replica);
    clients.push(client);
    await client.subscribe(`${channel}/presence`);
    return { client, reply, replica };
  };

  const away = (url: string) =>
    eventually(async () => expect(await readiness(url)).to.deep.equal([503, 'Redis: away']), 2_000);
  const back = (url: string) =>
    eventually(async () => expect(await readiness(url)).to.deep.equal([200, 'ready']), 8_000);

  it('[RED-10] [RED-11] [RED-14] killed and started empty: refused without acknowledgement, heard nearby, then another epoch and all of it anew', async () => {
    await start();
    const [a, near, far] = [await enter(urls[0]), await enter(urls[0]), await enter(urls[1])];
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'before'));
    await eventually(() => expect(heard(far.client)).to.deep.equal([['before', 1]]));
    await redis.kill();
    await Promise.all(urls.map(away));
    expect(await metric(urls[0], 'natter_ready')).to.equal(0);
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
    const newcomer = await RawClient.connect(urls[0], {});
    clients.push(newcomer);
    expect(code(await newcomer.subscribe(channel))).to.equal('overloaded');
    await redis.restart();
    await Promise.all(urls.map(back));
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
    await redis.kill();
    await Promise.all(urls.map(away));
    await redis.restart('lost');
    await Promise.all(urls.map(back));
    const late = await startRelay({ redisUrl: redis.url });
    relays = [...relays, late];
    for (const [home, edge] of [
      [urls[0], late.url],
      [late.url, urls[1]],
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
    await start(['--appendonly', 'yes', '--appendfsync', 'always']);
    const [a, far] = [await enter(urls[0]), await enter(urls[1])];
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'before'));
    await redis.kill();
    await Promise.all(urls.map(away));
    const entry = a.replica.entry(ROOM, 'while');
    expect(code(await publishEntry(a.client, ROOM, entry))).to.equal('overloaded');
    await redis.restart();
    await Promise.all(urls.map(back));
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
    await start(['--appendonly', 'yes', '--appendfsync', 'always']);
    const client = await RawClient.connect(urls[0]);
    clients.push(client);
    await client.subscribe(channel);
    await client.publish(channel, { text: 'one' });
    await redis.kill();
    await Promise.all(urls.map(away));
    expect(code(await client.publish(channel, { text: 'lost' }))).to.equal('overloaded');
    await redis.restart();
    await Promise.all(urls.map(back));
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
    const client = await RawClient.connect(urls[0]);
    clients.push(client);
    await client.subscribe(channel);
    await client.publish(channel, { text: 'one' });
    redis.signal('SIGSTOP');
    const late = ['two', 'three'].map((text) => client.publish(channel, { text }));
    for (const reply of await Promise.all(late)) expect(code(reply)).to.equal('overloaded');
    redis.signal('SIGCONT');
    await Promise.all(urls.map(back));
    const reply = await client.publish(channel, { text: 'four' });
    expect([reply.successful, at(reply, 'ext', 'natter', 'offset')]).to.deep.equal([true, 4]);
    await eventually(() => expect(heard(client).map(([text]) => text)).to.deep.equal(['one', 'two', 'three', 'four']));
  });

  it('[RED-19] Redis ends in the midst of a session’s entries: those acknowledged are in the log, in their order, and no others are acknowledged', async () => {
    await start(['--appendonly', 'yes', '--appendfsync', 'always']);
    const a = await enter(urls[0]);
    const entries = Array.from({ length: 300 }, (_, n) => a.replica.entry(ROOM, `${n}`));
    const say = (some: typeof entries) => some.map((entry) => publishEntry(a.client, ROOM, entry));
    const said = say(entries.slice(0, 100));
    await said[99];
    redis.signal('SIGSTOP');
    said.push(...say(entries.slice(100)));
    await eventually(async () => expect(await metric(urls[0], 'natter_messages_received_total')).to.be.least(300));
    await redis.kill();
    const offsets = (await Promise.all(said)).map((reply) => reply.successful && at(reply, 'ext', 'natter', 'offset'));
    const taken = offsets.filter((offset) => offset !== false);
    expect(taken).to.deep.equal(Array.from({ length: taken.length }, (_, n) => n + 1));
    expect(taken).to.have.length(100);
    expect(offsets.slice(100).every((offset) => offset === false)).to.equal(true);
    await redis.restart();
    await Promise.all(urls.map(back));
    for (const entry of entries) await publishEntry(a.client, ROOM, entry);
    const far = await enter(urls[1]);
    const log = far.reply.entries.map(({ entry, offset }) => [entry.seq, offset]);
    expect(log).to.deep.equal(entries.slice(100).map(({ seq }) => [seq, seq]));
  });

  it('[RED-10] [LOG-6] with history off: acknowledged without a place, and not at all while others can’t be reached', async () => {
    await start();
    const [a, b] = await Promise.all([1, 2].map(() => startRelay({ redisUrl: redis.url, history: 0 })));
    if (!a || !b) throw new Error('no relays');
    relays = [...relays, a, b];
    const [here, there] = [await enter(a.url), await enter(b.url)];
    const reply = await publishEntry(here.client, ROOM, here.replica.entry(ROOM, 'one'));
    expect([reply.successful, at(reply, 'ext', 'natter', 'offset')]).to.deep.equal([true, undefined]);
    await eventually(() => expect(heard(there.client)).to.deep.equal([['one', undefined]]));
    await redis.kill();
    await away(a.url);
    expect(code(await publishEntry(here.client, ROOM, here.replica.entry(ROOM, 'two')))).to.equal('overloaded');
    await eventually(() => expect(heard(here.client)).to.have.length(2));
  });

  it('[RED-12] a relay whose ears were cut reads what it missed', async () => {
    await start();
    const [a, far] = [await enter(urls[0]), await enter(urls[1])];
    for (let n = 1; n <= 60; n += 1) {
      if (n % 20 === 0) await redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await publishEntry(a.client, ROOM, a.replica.entry(ROOM, `${n}`));
    }
    const expected = Array.from({ length: 60 }, (_, n) => [`${n + 1}`, n + 1]);
    await eventually(() => expect([heard(a.client), heard(far.client)]).to.deep.equal([expected, expected]), 8_000);
  });

  it('[RED-10] stopped for 4 s and let go on: refused meanwhile, taken once', async () => {
    await start();
    const [a, far] = [await enter(urls[0]), await enter(urls[1])];
    redis.signal('SIGSTOP');
    const entry = a.replica.entry(ROOM, 'while');
    const refused = publishEntry(a.client, ROOM, entry);
    await Promise.all(urls.map(away));
    expect(code(await refused)).to.equal('overloaded');
    redis.signal('SIGCONT');
    await Promise.all(urls.map(back));
    expect(at(await publishEntry(a.client, ROOM, entry), 'ext', 'natter', 'offset')).to.equal(1);
    await eventually(() => expect(heard(far.client)).to.deep.equal([['while', 1]]));
    expect(told(far.client, 'leave')).to.deep.equal([]);
  });

  it('[RED-13] full, and read-only: refused with the reason, shown and counted; typing goes on', async () => {
    await start();
    const [a, far] = [await enter(urls[0]), await enter(urls[1])];
    const limit = (setting: string, value: string) => redis.client.config('SET', setting, value);
    const saved = (status: string) =>
      eventually(async () => {
        expect(await redis.client.info('persistence')).to.include(`rdb_last_bgsave_status:${status}`);
      });
    // A disk that takes no snapshot, to a Redis that is to make them: where the file should go there is a folder.
    const [, folder] = (await redis.client.config('GET', 'dir')) as [string, string];
    const file = resolve(folder, 'dump.rdb');
    const failToSave = async () => {
      mkdirSync(resolve(file, 'taken'), { recursive: true });
      await limit('save', '3600 1');
      await redis.client.bgsave();
      await saved('err');
    };
    const save = async () => {
      rmSync(file, { recursive: true });
      await redis.client.bgsave();
      await saved('ok');
      await limit('save', '');
    };
    for (const [spoil, mend, reason, status] of [
      [() => limit('maxmemory', '1'), () => limit('maxmemory', '0'), 'the log is full', 'Redis: OOM'],
      [
        () => limit('min-replicas-to-write', '1'),
        () => limit('min-replicas-to-write', '0'),
        'the log can only be read',
        'Redis: NOREPLICAS',
      ],
      // a failover that this relay has not followed: of a server that does not answer
      [
        () => redis.client.replicaof('127.0.0.1', 1),
        () => redis.client.replicaof('NO', 'ONE'),
        'the log can only be read',
        'Redis: READONLY',
      ],
      [() => failToSave(), () => save(), 'the log can not be stored', 'Redis: MISCONF'],
    ] as const) {
      await spoil();
      const entry = a.replica.entry(ROOM, reason);
      const refused = await publishEntry(a.client, ROOM, entry);
      expect([code(refused), at(refused, 'ext', 'natter', 'message')]).to.deep.equal(['overloaded', reason]);
      await eventually(async () => expect(await readiness(urls[0])).to.deep.equal([503, status]), 2_000);
      await a.client.publish(`${channel}/presence`, { v: 1, kind: 'typing', on: true });
      expect(await metric(urls[0], 'natter_ready')).to.equal(0);
      await mend();
      await back(urls[0]);
      expect((await publishEntry(a.client, ROOM, entry)).successful).to.equal(true);
    }
    await eventually(() => expect(told(far.client, 'typing')).to.have.length(4));
    await eventually(() => expect(heard(far.client).map(([, offset]) => offset)).to.deep.equal([1, 2, 3, 4]));
    expect(await metric(urls[0], 'natter_refusals_total{code="overloaded"}')).to.equal(4);
    expect([a, far].map(({ client }) => told(client, 'leave'))).to.deep.equal([[], []]);
  });

  it('[RED-13] [RED-23] full for longer than relays are given to live: nobody is shown leaving, and Redis is not asked all the time', async () => {
    await start();
    const [a, far] = [await enter(urls[0]), await enter(urls[1])];
    await redis.client.config('SET', 'maxmemory', '1');
    await redis.client.config('RESETSTAT');
    const late = new Replica(); // let in, though Redis does not keep that it is there
    const client = await RawClient.connect(urls[0], {});
    clients.push(client);
    await join(client, late, ROOM);
    await eventually(async () => {
      const beats = await redis.client.zrangebyscore(NODES_KEY, '-inf', '+inf', 'WITHSCORES');
      const newest = Math.max(...beats.filter((_, n) => n % 2 === 1).map(Number));
      expect(Date.now() - newest, 'since the last beat that was taken').to.be.greaterThan(PULSE.dead + 3_000);
    }, 20_000);
    await a.client.publish(`${channel}/presence`, { v: 1, kind: 'typing', on: true });
    await eventually(() => expect(told(far.client, 'typing')).to.have.length(1));
    const [, asked] = /cmdstat_hgetall:calls=(\d+)/.exec(await redis.client.info('commandstats')) ?? [];
    expect(Number(asked), 'looks at who is there').to.be.within(1, 50);
    await redis.client.config('SET', 'maxmemory', '0');
    await Promise.all(urls.map(back));
    await eventually(async () =>
      expect((await join(far.client, far.replica, ROOM)).members.map(({ replica }) => replica)).to.have.members(
        [a, far, { replica: late }].map(({ replica }) => replica.id),
      ),
    );
    expect([a, far].map((one) => told(one.client, 'leave'))).to.deep.equal([[], []]);
  }).timeout(60_000);

  it('[RED-26] a relay that starts while Redis is full takes its part when that has room again', async () => {
    for (const isFirst of [true, false]) {
      redis = await startRedis();
      relays = isFirst ? [] : [await startRelay({ redisUrl: redis.url })];
      await redis.client.config('SET', 'maxmemory', '1');
      const late = await startRelay({ redisUrl: redis.url });
      relays = [...relays, late];
      await eventually(async () => expect((await readiness(late.url))[0]).to.equal(503));
      await redis.client.config('SET', 'maxmemory', '0');
      await back(late.url);
      await enter(late.url);
      if (!isFirst) continue;
      for (const client of clients.splice(0)) client.close();
      await late.relay.close();
      await redis.close();
    }
  });

  it('[RED-26] emptied while its connections stand: the relays give it the key that they have', async () => {
    await start();
    const key = await redis.client.get(RELAY_KEY);
    expect(key).to.be.a('string');
    await redis.client.flushall();
    await eventually(async () => expect(await redis.client.get(RELAY_KEY)).to.equal(key));
  });

  it('[RED-10] [LOG-6] with history off: what Redis may not have taken is not acknowledged', async () => {
    await start();
    const [a, b] = await Promise.all([1, 2].map(() => startRelay({ redisUrl: redis.url, history: 0 })));
    if (!a || !b) throw new Error('no relays');
    relays = [...relays, a, b];
    const [here, there] = [await enter(a.url), await enter(b.url)];
    const plain = await RawClient.connect(a.url);
    clients.push(plain);
    await plain.subscribe(channel, { host: 'a-secret-of-the-client-s' });
    const twice = await Promise.all([1, 2].map(() => plain.publish(channel, { text: 'one draft', draft: 'd' })));
    expect(new Set(twice.map((answer) => at(answer, 'ext', 'natter', 'id'))).size).to.equal(1);
    redis.signal('SIGSTOP');
    const entry = here.replica.entry(ROOM, 'said');
    const [refused, hosted] = await Promise.all([
      publishEntry(here.client, ROOM, entry),
      plain.publish(channel, { text: 'by hand' }),
    ]);
    expect([refused, hosted].map(code)).to.deep.equal(['overloaded', 'overloaded']);
    redis.signal('SIGCONT');
    await Promise.all([a.url, b.url].map(back));
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
    const [a, b] = [await enter(urls[0]), await enter(urls[1])];
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'one'));
    const keys = logKeys(roomKeys(ROOM as RoomName));
    const older = await Promise.all(keys.map((key) => redis.client.dumpBuffer(key)));
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'two'));
    await eventually(() => expect(heard(b.client)).to.have.length(2));
    const begin = redis.client.multi();
    for (const [index, key] of keys.entries()) begin.restore(key, 0, older[index] ?? '', 'REPLACE');
    await begin.exec();
    await redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
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
