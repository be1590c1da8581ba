import { expect } from 'chai';
import { type Balancer, startBalancer } from '../../support/balancer/balancer.ts';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { startRelayProcess } from '../../support/relay-process.ts';
import { type PlainClient, STOCK_CLIENTS, type StockTransport } from '../../support/stock/clients.ts';
import {
  at,
  code,
  handshakeMessage,
  post,
  postMessages,
  RawClient,
  type RunningRelay,
  startRelay,
} from '../relay/bayeux-client.ts';
import { join, Replica } from '../relay/replica.ts';

const TRANSPORTS: readonly StockTransport[] = ['websocket', 'long-polling'];

describe('three relays behind a round-robin balancer', () => {
  let redis: RedisProcess;
  let relays: readonly RunningRelay[] = [];
  let balancer: Balancer;
  const plain: PlainClient[] = [];
  const raw: RawClient[] = [];

  before(async () => {
    redis = await startRedis();
  });

  beforeEach(async () => {
    await redis.client.flushall();
    relays = await Promise.all([1, 2, 3].map(() => startRelay({ redisUrl: redis.url })));
    balancer = await startBalancer(relays.map(({ url }) => url));
  });

  afterEach(async () => {
    for (const client of plain.splice(0)) client.disconnect();
    for (const client of raw.splice(0)) client.close();
    await balancer.close();
    await Promise.all(relays.map(({ relay }) => relay.close()));
  });

  after(() => redis.close());

  for (const [name, connect] of Object.entries(STOCK_CLIENTS)) {
    for (const transport of TRANSPORTS) {
      it(`[NODE-1] stock ${name} over ${transport}: no client is deaf, each message comes once and in order`, async () => {
        const clients: PlainClient[] = [];
        const heard: unknown[][] = [];
        for (let n = 0; n < 6; n += 1) {
          const client = await connect(balancer.url, transport);
          plain.push(client);
          clients.push(client);
          const mine: unknown[] = [];
          heard.push(mine);
          await client.subscribe('/rooms/lobby', (frame) =>
            mine.push(JSON.parse(String(at(frame, 'entry', 'payload'))).text),
          );
        }
        const texts = Array.from({ length: 24 }, (_, n) => `hi ${n}`);
        for (const [n, text] of texts.entries()) await clients[n % clients.length]?.publish('/rooms/lobby', { text });
        await eventually(() => expect(heard).to.deep.equal(heard.map(() => texts)));
      });
    }
  }

  it('[NODE-2] a session is used through any relay: POST by POST, and by a socket at another', async () => {
    const [first, second, third] = relays.map(({ url }) => url);
    if (first === undefined || second === undefined || third === undefined) throw new Error('no relays');
    const [handshake] = await postMessages(first, handshakeMessage({}));
    const clientId = String(handshake?.clientId);
    const session = at(handshake, 'ext', 'natter', 'session');
    const ext = { natter: { session } };
    const subscribe = { channel: '/meta/subscribe', clientId, subscription: '/rooms/lobby', ext };
    const [subscribed] = await postMessages(second, subscribe);
    expect(subscribed?.successful).to.equal(true);
    const [refused] = await postMessages(third, { ...subscribe, ext: undefined });
    expect(code(refused)).to.equal('wrong_secret');
    const held = postMessages(third, { channel: '/meta/connect', clientId, connectionType: 'long-polling', ext });
    await postMessages(second, { channel: '/rooms/lobby', clientId, data: { text: 'one' }, ext });
    expect((await held).map((message) => at(message, 'data', 'entry', 'payload'))).to.include('{"text":"one"}');
    const socket = await RawClient.open(second);
    raw.push(socket);
    socket.clientId = clientId;
    socket.session = String(session);
    socket.shows = true;
    void socket.call({ channel: '/meta/connect', connectionType: 'websocket' });
    await socket.publish('/rooms/lobby', { text: 'two' });
    await postMessages(third, { channel: '/rooms/lobby', clientId, data: { text: 'three' }, ext });
    const frames = await socket.on('/rooms/lobby', 2);
    expect(frames.map((frame) => at(frame, 'entry', 'payload'))).to.deep.equal(['{"text":"two"}', '{"text":"three"}']);
  });

  it('[NODE-3] a forged or foreign clientId is answered 401 at once, at every relay', async () => {
    const [first, second] = relays.map(({ url }) => url);
    const [handshake] = await postMessages(first ?? '', handshakeMessage());
    const clientId = String(handshake?.clientId);
    const forged = clientId.slice(0, -1) + (clientId.endsWith('0') ? '1' : '0');
    const unheard = `${clientId.slice(0, 12)}${'0'.repeat(clientId.length - 12)}`;
    for (const id of [forged, unheard, 'nobody']) {
      for (const url of [first ?? '', second ?? '']) {
        const [reply] = await postMessages(url, {
          channel: '/meta/connect',
          clientId: id,
          connectionType: 'long-polling',
        });
        expect([code(reply), at(reply, 'advice', 'reconnect')]).to.deep.equal(['unknown_session', 'handshake']);
      }
    }
  });

  it('[NODE-4] when the relay that has its session dies, a client at another is told to handshake: by POST at once, and by socket', async () => {
    const [first, second] = relays.map(({ url }) => url);
    const [handshake] = await postMessages(first ?? '', handshakeMessage());
    const clientId = String(handshake?.clientId);
    const socket = await RawClient.open(second ?? '');
    raw.push(socket);
    socket.clientId = clientId;
    expect((await socket.subscribe('/rooms/lobby')).successful).to.equal(true);
    const closed = socket.closed(7_000);
    await relays[0]?.relay.close();
    expect(await closed).to.be.oneOf([1012, 1000, 1008]);
    const [reply] = await postMessages(second ?? '', {
      channel: '/meta/connect',
      clientId,
      connectionType: 'long-polling',
    });
    expect(code(reply)).to.equal('unknown_session');
  });

  it('[NODE-5] what a poll at another relay took and could not bring over goes to the next one', async () => {
    const [first, second, third] = relays.map(({ url }) => url);
    const [handshake] = await postMessages(first ?? '', handshakeMessage());
    const clientId = String(handshake?.clientId);
    await postMessages(second ?? '', { channel: '/meta/subscribe', clientId, subscription: '/rooms/lobby' });
    const connect = { channel: '/meta/connect', clientId, connectionType: 'long-polling' };
    const abort = new AbortController();
    const hung = fetch(`${second}/bayeux`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify([connect]),
      signal: abort.signal,
    }).catch(() => undefined);
    await eventually(async () => expect((await post(second ?? '', [])).status).to.equal(400));
    abort.abort();
    await hung;
    await postMessages(third ?? '', { channel: '/rooms/lobby', clientId, data: { text: 'kept' } });
    const replies = await postMessages(third ?? '', connect);
    expect(replies.map((message) => at(message, 'data', 'entry', 'payload'))).to.include('{"text":"kept"}');
  });

  it('[NODE-1] our clients join through the balancer and hear each other', async () => {
    const members: { client: RawClient; replica: Replica }[] = [];
    for (let n = 0; n < 6; n += 1) {
      const client = await RawClient.connect(balancer.url, {});
      raw.push(client);
      const replica = new Replica();
      await join(client, replica, 'lobby');
      members.push({ client, replica });
    }
    for (const { client, replica } of members)
      await client.publish('/rooms/lobby', { v: 1, entry: replica.entry('lobby', replica.id) });
    await Promise.all(members.map(({ client }) => client.on('/rooms/lobby', 6)));
  });
});

describe('a relay that dies behind a balancer', () => {
  it('[NODE-4] sockets elsewhere that carry its sessions are closed within 2 s, those that ask nothing, too', async () => {
    const redis = await startRedis();
    const env = { REDIS_URL: redis.url };
    const [home, edge] = await Promise.all([1, 2].map(() => startRelayProcess(['--log', 'silent'], env)));
    if (!home || !edge) throw new Error('no relays');
    try {
      const sockets: RawClient[] = [];
      for (let n = 0; n < 2; n += 1) {
        const [handshake] = await postMessages(home.url, handshakeMessage());
        const socket = await RawClient.open(edge.url);
        sockets.push(socket);
        socket.clientId = String(handshake?.clientId);
        expect((await socket.subscribe('/rooms/lobby')).successful).to.equal(true);
      }
      const closed = Promise.all(sockets.map((socket) => socket.closed(2_000)));
      await home.stop('SIGKILL');
      expect(await closed).to.deep.equal([1012, 1012]);
    } finally {
      await Promise.all([home.stop('SIGKILL'), edge.stop('SIGKILL')]);
      await redis.close();
    }
  });

  it('[NODE-4] [NODE-1] stock clients of it handshake anew, and nobody stays deaf, whatever relay their requests reach', async () => {
    const redis = await startRedis();
    const relays = await Promise.all(
      [1, 2, 3].map(() => startRelayProcess(['--log', 'silent'], { REDIS_URL: redis.url })),
    );
    const balancer = await startBalancer(relays.map(({ url }) => url));
    const clients: PlainClient[] = [];
    const heard: Set<unknown>[] = [];
    try {
      for (let n = 0; n < 8; n += 1) {
        const client = await STOCK_CLIENTS.faye?.(balancer.url, n % 2 === 0 ? 'websocket' : 'long-polling');
        if (!client) throw new Error('no stock client');
        clients.push(client);
        const mine = new Set<unknown>();
        heard.push(mine);
        await client.subscribe('/rooms/lobby', (frame) =>
          mine.add(JSON.parse(String(at(frame, 'entry', 'payload'))).text),
        );
      }
      await clients[0]?.publish('/rooms/lobby', { text: 'before' });
      await eventually(() => expect(heard.map((texts) => texts.has('before'))).to.deep.equal(heard.map(() => true)));
      await relays[0]?.stop('SIGKILL');
      balancer.enable(0, false);
      let tries = 0;
      await eventually(async () => {
        const speaker = await RawClient.connect(relays[1]?.url ?? '');
        await speaker.subscribe('/rooms/lobby');
        await speaker.publish('/rooms/lobby', { text: `after ${tries}` });
        speaker.close();
        tries += 1;
        await eventually(() => {
          const last = `after ${tries - 1}`;
          expect(heard.map((texts) => texts.has(last))).to.deep.equal(heard.map(() => true));
        }, 500);
      }, 40_000);
    } finally {
      for (const client of clients) client.disconnect();
      await balancer.close();
      await Promise.all(relays.map((relay) => relay.stop()));
      await redis.close();
    }
  }).timeout(50_000);
});
