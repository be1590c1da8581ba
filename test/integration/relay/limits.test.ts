import { expect } from 'chai';
import type { RelayOptions } from '../../../server/index.ts';
import { eventually } from '../../support/eventually.ts';
import { hsToken, SECRET } from '../../support/tokens.ts';
import {
  at,
  code,
  handshakeMessage,
  type Message,
  metric,
  post,
  postMessages,
  RawClient,
  type RunningRelay,
  startRelay,
} from './bayeux-client.ts';
import { join, joined, publishEntry, Replica } from './replica.ts';

const ROOM = '/rooms/lobby';
const SLOWLY = { perSecond: 1, burst: 5 } as const;
const ORIGIN = 'https://page.example';
const from = (address: string) => ({ 'X-Forwarded-For': `6.6.6.6, ${address}`, Origin: ORIGIN });

describe('limits of a relay', () => {
  let running: RunningRelay;
  const clients: RawClient[] = [];

  const start = async (options: RelayOptions) => {
    running = await startRelay({ origins: [ORIGIN], ...options });
  };
  const keep = (client: RawClient) => {
    clients.push(client);
    return client;
  };
  const connect = async (natter?: object) => keep(await RawClient.connect(running.url, natter));
  const all = (tries: number, ask: (n: number) => Promise<Message>) =>
    Promise.all(Array.from({ length: tries }, (_, n) => ask(n)));
  const taken = (replies: readonly Message[]) => replies.filter(({ successful }) => successful === true).length;

  /** What was refused is a 429 that says when to come again. */
  const expectHints = (replies: readonly Message[]) => {
    const refused = replies.filter(({ successful }) => successful !== true);
    expect(refused).not.to.have.length(0);
    for (const reply of refused) {
      expect(code(reply)).to.equal('too_fast');
      expect(reply.error).to.match(/^429::/);
      expect(at(reply, 'ext', 'natter', 'retryAfter')).to.be.within(1, 60_000);
    }
  };

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await running.relay.close();
  });

  it('[LIM-1] [LIM-2] row 15: messages of a session, with a key or without: the burst is taken, the rest is 429 with a hint', async () => {
    await start({ limitMessages: SLOWLY });
    const plain = await connect();
    await plain.subscribe(ROOM);
    const said = await all(20, (n) => plain.publish(ROOM, { text: `${n}` }));
    expect(said.map(({ successful }) => successful)).to.deep.equal(said.map((_, n) => n < 5));
    expectHints(said);
    const replica = new Replica();
    const [client] = await joined(running.url, 'lobby', replica);
    keep(client);
    const entries = Array.from({ length: 20 }, (_, n) => replica.entry('lobby', `${n}`));
    const answers = await all(20, (n) => publishEntry(client, 'lobby', entries[n]));
    expect(answers.map(({ successful }) => successful)).to.deep.equal(answers.map((_, n) => n < 5));
    expectHints(answers);
    const again = await eventually(async () => {
      const answer = await publishEntry(client, 'lobby', entries[5]);
      expect(answer.successful).to.equal(true);
      return answer;
    }, 3_000);
    expect(at(again, 'ext', 'natter', 'offset')).to.be.greaterThan(9);
  });

  it('[LIM-1] signals, typing and joins of a session; what is refused before is counted, too', async () => {
    await start({ limitSignals: { perSecond: 1, burst: 8 }, limitJoins: SLOWLY });
    const [client, , replica] = await joined(running.url, 'lobby');
    keep(client);
    const signal = { v: 1, kind: 'ack', held: [] };
    const signals = await all(5, () => client.publish(`${ROOM}/replicas/${replica.id}`, signal));
    const typing = await all(5, () => client.publish(`${ROOM}/presence`, { v: 1, kind: 'typing', on: true }));
    expect(signals.concat(typing).filter((reply) => code(reply) === 'too_fast')).to.have.length(2);
    expect(code(await client.publish('/rooms/elsewhere', { text: 'x' })), 'no member there').to.equal('too_fast');
    expect(
      (await publishEntry(client, 'lobby', replica.entry('lobby', 'hi'))).successful,
      'messages are another',
    ).to.equal(true);
    const joins = await all(10, (n) => client.subscribe(`/rooms/r${n}`));
    expect([taken(joins), joins.length]).to.deep.equal([4, 10]);
    expectHints(joins);
    const many = await connect();
    expect(taken([await many.subscribe(Array.from({ length: 20 }, (_, n) => `/rooms/m${n}`))])).to.equal(1);
    expect(code(await many.subscribe('/rooms/one-more'))).to.equal('too_fast');
  });

  it('[LIM-4] what a member brings of others does not use up its own messages', async () => {
    await start({ limitMessages: SLOWLY, limitSignals: { perSecond: 1, burst: 12 } });
    const gone = new Replica().certified('lobby');
    const [client, , replica] = await joined(running.url, 'lobby');
    keep(client);
    const entries = Array.from({ length: 15 }, (_, n) => gone.entry('lobby', `${n}`));
    const given = await all(15, (n) => client.publish(ROOM, { v: 1, entry: entries[n] }));
    expect(taken(given)).to.equal(12);
    expectHints(given);
    expect((await publishEntry(client, 'lobby', replica.entry('lobby', 'mine'))).successful).to.equal(true);
  });

  it('[LIM-16] what is said again costs no message, by any way', async () => {
    await start({ limitMessages: { perSecond: 0.001, burst: 10 }, limitSignals: { perSecond: 0.001, burst: 12 } });
    const [client, , replica] = await joined(running.url, 'lobby');
    keep(client);
    const entries = Array.from({ length: 10 }, (_, n) => replica.entry('lobby', `${n}`));
    for (let round = 0; round < 2; round += 1) {
      for (const entry of entries.slice(0, 5))
        expect((await publishEntry(client, 'lobby', entry)).successful).to.equal(true);
    }
    const rest = await all(5, (n) => publishEntry(client, 'lobby', entries[5 + n]));
    expect(taken(rest), 'five again, and the other five').to.equal(5);
  });

  it('[LIM-5] [LIM-10] row 15: handshakes of an address: 429, a hint, and the advice to come again then; others and loopback go on', async () => {
    await start({ trustProxy: 1, limitAddressHandshakes: SLOWLY });
    const shake = async (address: string) =>
      at(await (await post(running.url, [handshakeMessage()], from(address))).json(), 0) as Message;
    const replies = await all(8, () => shake('203.0.113.9'));
    expect(taken(replies)).to.equal(5);
    expectHints(replies);
    const refused = replies.find(({ successful }) => successful !== true);
    expect(at(refused, 'advice')).to.deep.equal({
      reconnect: 'handshake',
      interval: at(refused, 'ext', 'natter', 'retryAfter'),
    });
    expect((await shake('203.0.113.10')).successful).to.equal(true);
    expect((await shake('2001:db8::1')).successful).to.equal(true);
    const local = await all(20, async () => (await postMessages(running.url, handshakeMessage()))[0] as Message);
    expect(taken(local)).to.equal(20);
  });

  it('[LIM-5] row 15: all that an address sends counts, by POST and by socket, in whatever session', async () => {
    await start({ trustProxy: 1, limitAddressMessages: { perSecond: 1, burst: 40 } });
    const socket = keep(await RawClient.open(running.url, from('203.0.113.9')));
    await socket.handshake();
    await socket.subscribe(ROOM);
    const said = await all(30, (n) => socket.publish(ROOM, { text: `${n}` }));
    expect(taken(said)).to.equal(30);
    const body = Array.from({ length: 10 }, () => handshakeMessage());
    const posted = (await (await post(running.url, body, from('203.0.113.9'))).json()) as Message[];
    expect(posted).to.have.length(10);
    expectHints(posted);
    expect(taken(posted), 'eight were left and ten came: none').to.equal(0);
    const rest = await all(10, (n) => socket.publish(ROOM, { text: `${n}` }));
    expect(taken(rest)).to.equal(8);
    const connects = await socket.call({ channel: '/meta/connect', connectionType: 'websocket' });
    expect(at(connects, 'advice', 'reconnect')).to.equal('retry');
    expect(taken((await (await post(running.url, body, from('203.0.113.10'))).json()) as Message[])).to.equal(10);
  });

  it('[LIM-9] connections of an address: sockets and waiting POSTs, 429 with Retry-After before anything is read, and room again once one ends', async () => {
    await start({ trustProxy: 1, limitAddressConnections: 3 });
    const headers = from('203.0.113.9');
    const first = keep(await RawClient.open(running.url, headers));
    keep(await RawClient.open(running.url, headers));
    const [{ clientId } = {}] = (await (await post(running.url, [handshakeMessage()], headers)).json()) as Message[];
    const connect = { channel: '/meta/connect', clientId, connectionType: 'long-polling', advice: { timeout: 20_000 } };
    const connectNow = { ...connect, advice: { timeout: 0 } };
    await post(running.url, [connectNow], headers);
    const hangUp = new AbortController();
    const held = fetch(`${running.url}/bayeux`, {
      ...{ method: 'POST', signal: hangUp.signal, body: JSON.stringify([connect]) },
      headers: { 'Content-Type': 'application/json', ...headers },
    }).catch(() => undefined);
    const refused = await eventually(async () => {
      const answer = await post(running.url, [handshakeMessage()], headers);
      expect(answer.status).to.equal(429);
      return answer;
    });
    expect(refused.headers.get('retry-after')).to.equal('5');
    expect(code(at(await refused.json(), 0))).to.equal('too_many_connections');
    const fourth = await RawClient.open(running.url, headers).then(
      () => 'open',
      (error: Error) => error.message,
    );
    expect(fourth).to.match(/429/);
    keep(await RawClient.open(running.url, from('203.0.113.10')));
    hangUp.abort();
    await held;
    await eventually(async () => keep(await RawClient.open(running.url, headers)));
    expect((await post(running.url, [handshakeMessage()], headers)).status, 'three sockets').to.equal(429);
    first.close();
    for (let times = 0; times < 5; times += 1) {
      await eventually(async () =>
        expect((await post(running.url, [handshakeMessage()], headers)).status).to.equal(200),
      );
    }
  });

  it('[LIM-5] row 15: all sessions of a user share their limits', async () => {
    await start({ tokenKey: SECRET, limitUserMessages: SLOWLY, limitUserHandshakes: { perSecond: 1, burst: 3 } });
    const login = (sub: string) => connect({ token: hsToken({ sub }) });
    const [one, two, bob] = [await login('ann'), await login('ann'), await login('bob')];
    for (const client of [one, two, bob]) await client.subscribe(ROOM);
    expect(taken(await all(3, () => one.publish(ROOM, { text: 'x' })))).to.equal(3);
    const said = await all(5, () => two.publish(ROOM, { text: 'x' }));
    expect(taken(said)).to.equal(2);
    expectHints(said);
    expect(taken(await all(5, () => bob.publish(ROOM, { text: 'x' })))).to.equal(5);
    const client = keep(await RawClient.open(running.url));
    const shakes = await all(3, () => client.handshake({ token: hsToken({ sub: 'ann' }) }));
    expect(taken(shakes)).to.equal(1);
    expectHints(shakes);
  });

  it('[LIM-5] [LIM-8] a room has its own limit, that none but its members use up, and is full at its number of members', async () => {
    await start({ limitRoomMessages: SLOWLY, limitRoomMembers: 3 });
    const [ann, ben, stranger] = [await connect(), await connect(), await connect()];
    for (const client of [ann, ben]) await client.subscribe(ROOM);
    await stranger.subscribe('/rooms/other');
    await all(50, () => stranger.publish(ROOM, { text: 'not in it' }));
    const said = [
      ...(await all(3, () => ann.publish(ROOM, { text: 'x' }))),
      ...(await all(3, () => ben.publish(ROOM, { text: 'x' }))),
    ];
    expect(taken(said)).to.equal(5);
    expectHints(said);
    expect(taken(await all(5, () => stranger.publish('/rooms/other', { text: 'x' }))), 'another room').to.equal(5);
    const [third, , replica] = await joined(running.url, 'lobby');
    keep(third);
    const full = await stranger.subscribe(ROOM);
    expect([code(full), full.error]).to.deep.equal(['room_full', '429::at most 3 members']);
    expect((await join(third, replica, 'lobby')).count, 'who is in may join again').to.equal(3);
    const elsewhere = await connect({});
    expect((await join(elsewhere, replica, 'lobby')).count, 'or come by another session').to.equal(3);
    ann.close();
    await ben.call({ channel: '/meta/unsubscribe', subscription: ROOM });
    expect((await stranger.subscribe(ROOM)).successful).to.equal(true);
  });

  it('[LIM-11] metrics count what was refused by its code and whose limit it was, and name nobody', async () => {
    await start({ trustProxy: 1, limitMessages: SLOWLY, limitAddressHandshakes: SLOWLY });
    const client = await connect();
    await client.subscribe('/rooms/a-room-of-its-own');
    await all(12, () => client.publish('/rooms/a-room-of-its-own', { text: 'x' }));
    await all(
      8,
      async () => at(await (await post(running.url, [handshakeMessage()], from('203.0.113.9'))).json(), 0) as Message,
    );
    expect(await metric(running.url, 'natter_refusals_total{code="too_fast"}')).to.equal(10);
    expect(await metric(running.url, 'natter_limited_total{scope="session"}')).to.equal(7);
    expect(await metric(running.url, 'natter_limited_total{scope="address"}')).to.equal(3);
    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    expect(metrics).not.to.match(/203\.0\.113|a-room-of-its-own|6\.6\.6\.6/);
  });

  it('[LIM-12] a session that sends on although it is refused is read no faster than it may', async () => {
    await start({ limitMessages: { perSecond: 1, burst: 1 } });
    const client = await connect();
    await client.subscribe(ROOM);
    const answered = () => client.frames.join('').split('"too_fast"').length - 1;
    const began = performance.now();
    const batch = Array.from({ length: 32 }, (_, n) => ({
      channel: ROOM,
      clientId: client.clientId,
      id: `f${n}`,
      data: { text: 'x' },
    }));
    for (let n = 0; n < 200; n += 1) client.send(batch);
    await client.until(() => answered() > 1_000, 10_000, 'a thousand refusals');
    expect(performance.now() - began).to.be.greaterThan(900);
    const other = await connect();
    expect((await other.subscribe(ROOM)).successful).to.equal(true);
  });
});
