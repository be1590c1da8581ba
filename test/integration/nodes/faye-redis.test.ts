import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';
import { type PlainClient, stockFaye } from '../../support/stock/clients.ts';
import { at, code, type RawClient } from '../relay/bayeux-client.ts';
import { join, joined, publishEntry, Replica } from '../relay/replica.ts';

const ROOM = 'lobby';
const channel = `/rooms/${ROOM}`;

/** Texts and places of entries. */
function read(frames: readonly unknown[]): readonly (readonly unknown[])[] {
  return frames.map((frame) => [at(JSON.parse(String(at(frame, 'entry', 'payload'))), 'text'), at(frame, 'offset')]);
}

function heard({ heard: messages }: RawClient): readonly (readonly unknown[])[] {
  return read(messages.filter((message) => message.channel === channel).map(({ data }) => data));
}

function told({ heard: messages }: RawClient, kind: string): readonly unknown[] {
  return messages.map(({ data }) => data).filter((data) => at(data, 'kind') === kind);
}

describe('relays with faye-redis', () => {
  let redis: RedisProcess;
  let relays: readonly [RelayProcess, RelayProcess];
  const clients: RawClient[] = [];
  const plain: PlainClient[] = [];

  const start = async (flags: readonly string[] = []) => {
    redis = await startRedis(flags);
    const relay = () => startRelayProcess(['--log', 'silent'], { NATTER_ENGINE: 'faye-redis', REDIS_URL: redis.url });
    relays = await Promise.all([relay(), relay()]);
  };

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const client of plain.splice(0)) client.disconnect();
    await Promise.all(relays.map((relay) => relay.stop()));
    await redis.close();
  });

  const enter = async (relay: RelayProcess) => {
    const [client, reply, replica] = await joined(relay.url, ROOM, new Replica());
    clients.push(client);
    await client.subscribe(`${channel}/presence`);
    return { client, reply, replica };
  };
  const enterPlain = async (relay: RelayProcess, transport: 'websocket' | 'long-polling') => {
    const client = await stockFaye(relay.url, transport);
    plain.push(client);
    const frames: unknown[] = [];
    await client.subscribe(channel, (frame) => frames.push(frame));
    return { client, frames };
  };
  const turned = (status: readonly unknown[], deadline: number) =>
    eventually(async () => {
      const answers = await Promise.all(relays.map(({ url }) => fetch(`${url}/readyz`)));
      const texts = await Promise.all(answers.map(async (answer) => at(await answer.json(), 'status')));
      expect([...answers.map((answer) => answer.status), ...texts]).to.deep.equal(status);
    }, deadline);
  const away = () => turned([503, 503, 'Redis: away', 'Redis: away'], 2_000);
  const back = () => turned([200, 200, 'ready', 'ready'], 8_000);
  const expectAlive = () =>
    expect(relays.map(({ child }) => [child.exitCode, child.signalCode])).to.deep.equal([
      [null, null],
      [null, null],
    ]);

  it('[FAYE-1] [FAYE-2] stock clients and ours at both relays hear each entry once and in the order of the log', async () => {
    await start();
    const [polls, socket] = [await enterPlain(relays[0], 'long-polling'), await enterPlain(relays[1], 'websocket')];
    const [a, b] = [await enter(relays[0]), await enter(relays[1])];
    const places: unknown[] = [];
    const saying = Array.from({ length: 10 }, async (_, n) => {
      await polls.client.publish(channel, { text: `poll ${n}` });
      await socket.client.publish(channel, { text: `socket ${n}` });
    });
    for (let n = 0; n < 10; n += 1) {
      for (const { client, replica } of [a, b]) {
        const reply = await publishEntry(client, ROOM, replica.entry(ROOM, `${replica.id} ${n}`));
        places.push(at(reply, 'ext', 'natter', 'offset'));
      }
    }
    await Promise.all(saying);
    const all = () => [read(polls.frames), read(socket.frames), heard(a.client), heard(b.client)];
    await eventually(() => expect(all().map(({ length }) => length)).to.deep.equal([40, 40, 40, 40]));
    const [first = []] = all();
    for (const other of all()) expect(other).to.deep.equal(first);
    expect(first.map(([, offset]) => offset)).to.deep.equal(Array.from({ length: 40 }, (_, n) => n + 1));
    const own = first.filter(([text]) => String(text).startsWith(`${a.replica.id} `));
    expect(own.map(([, offset]) => offset)).to.deep.equal(places.filter((_, n) => n % 2 === 0));
    expect(await redis.client.zcard('natter:faye/clients')).to.equal(4);
  });

  it('[FAYE-3] [FAYE-4] [RED-10] Redis is killed in the midst of it and started empty: both relays live, and all chat again', async () => {
    await start();
    const [near, far] = [await enterPlain(relays[0], 'websocket'), await enterPlain(relays[1], 'long-polling')];
    const [a, b] = [await enter(relays[0]), await enter(relays[1])];
    await near.client.publish(channel, { text: 'before' });
    await eventually(() => expect([far.frames.length, heard(b.client).length]).to.deep.equal([1, 1]));
    const flood = Array.from({ length: 200 }, (_, n) => [
      near.client.publish(channel, { text: `flood ${n}` }).catch(() => undefined),
      publishEntry(b.client, ROOM, b.replica.entry(ROOM, `flood ${n}`)),
    ]).flat();
    await redis.kill();
    await away();
    await Promise.all(flood);
    expectAlive();
    const entry = a.replica.entry(ROOM, 'while');
    expect(code(await publishEntry(a.client, ROOM, entry))).to.equal('overloaded');
    await eventually(() => expect(read(near.frames)).to.deep.include(['while', undefined]));
    await redis.restart();
    await back();
    await eventually(() => {
      for (const { client } of [a, b]) expect(told(client, 'reset')).to.not.be.empty;
    });
    const again = await join(a.client, a.replica, ROOM);
    expect([again.recovered, again.epoch === a.reply.epoch]).to.deep.equal([false, false]);
    expect(at(await publishEntry(a.client, ROOM, entry), 'ext', 'natter', 'offset')).to.be.a('number');
    await far.client.publish(channel, { text: 'after' });
    const everyone = () => [read(near.frames), read(far.frames), heard(a.client), heard(b.client)];
    await eventually(() => {
      for (const texts of everyone().map((all) => all.map(([text]) => text)))
        expect(texts).to.include.members(['while', 'after']);
    });
    expectAlive();
  });

  it('[FAYE-4] [RED-10] Redis comes back with what it had: the members are told to ask anew, and whatever their cursors say they get what they lack', async () => {
    await start(['--appendonly', 'yes', '--appendfsync', 'always']);
    const [a, b] = [await enter(relays[0]), await enter(relays[1])];
    for (const text of ['one', 'two']) await publishEntry(a.client, ROOM, a.replica.entry(ROOM, text));
    await eventually(() => expect(heard(b.client)).to.have.length(2));
    await redis.kill();
    await away();
    await redis.restart();
    await back();
    await eventually(() => expect(told(b.client, 'reset')).to.not.be.empty);
    const id = b.client.heard.map(({ data }) => at(data, 'entry', 'id')).filter(Boolean);
    const cursor = { epoch: b.reply.epoch, offset: 2, id: id[1] };
    const have = { [a.replica.id]: [[2, 2]] };
    const again = await join(b.client, b.replica, ROOM, { cursor, have });
    expect([again.epoch, again.recovered]).to.deep.equal([b.reply.epoch, false]);
    expect(read(again.entries)).to.deep.equal([['one', 1]]);
    await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'three'));
    await eventually(() => expect(heard(b.client).at(-1)).to.deep.equal(['three', 3]));
    expectAlive();
  });

  it('[FAYE-5] [RED-13] Redis is full: entries are refused, typing goes on; then both are as before', async () => {
    await start();
    const [a, b] = [await enter(relays[0]), await enter(relays[1])];
    const type = () => a.client.publish(`${channel}/presence`, { v: 1, kind: 'typing', on: true });
    await redis.client.config('SET', 'maxmemory', '1');
    expect(code(await publishEntry(a.client, ROOM, a.replica.entry(ROOM, 'full')))).to.equal('overloaded');
    await turned([503, 503, 'Redis: OOM', 'Redis: OOM'], 2_000);
    await type();
    await eventually(async () => {
      await type();
      expect(told(b.client, 'typing')).to.not.be.empty;
    });
    await redis.client.config('SET', 'maxmemory', '0');
    await back();
    await eventually(() => expect(told(b.client, 'reset')).to.not.be.empty);
    const last = b.replica.entry(ROOM, 'room again');
    expect((await publishEntry(b.client, ROOM, last)).successful).to.equal(true);
    await eventually(() => expect(heard(a.client).at(-1)?.[0]).to.equal('room again'));
    expectAlive();
  });
});
