import { expect } from 'chai';
import { HEARTBEAT } from '../../../server/bayeux/heartbeat.ts';
import { eventually, within } from '../../support/eventually.ts';
import {
  at,
  code,
  handshakeMessage,
  metric,
  post,
  postMessages,
  RawClient,
  type RunningRelay,
  startRelay,
} from './bayeux-client.ts';

const CONNECT = { channel: '/meta/connect', connectionType: 'websocket' };

describe('sessions', () => {
  let running: RunningRelay;
  const clients: RawClient[] = [];
  const open = async (headers?: Record<string, string>) => keep(await RawClient.open(running.url, headers));
  const connect = async (natter?: object) => keep(await RawClient.connect(running.url, natter));
  const keep = (client: RawClient) => {
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    running = await startRelay();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await running.relay.close();
  });

  it('[WIRE-2] a handshake offers websocket and long-polling alone; whoever speaks neither is refused', async () => {
    const client = await open();
    const reply = await client.handshake();
    expect(reply.successful).to.equal(true);
    expect(reply.supportedConnectionTypes).to.deep.equal(['websocket', 'long-polling']);
    expect(reply.advice).to.deep.equal({ reconnect: 'retry', interval: 0, timeout: 30_000 });
    const [refused] = await postMessages(running.url, {
      ...handshakeMessage(),
      supportedConnectionTypes: ['callback-polling', 'eventsource', 'in-process'],
    });
    expect(refused?.successful).to.equal(false);
    expect(code(refused)).to.equal('malformed');
  });

  it('[WIRE-3] a client that says ext.natter gets a session secret, a nonce and the time; others get none', async () => {
    const before = Date.now();
    const ours = await (await open()).handshake({ name: 'Anna' });
    expect(at(ours, 'ext', 'natter', 'session'))
      .to.be.a('string')
      .with.length.least(32);
    expect(at(ours, 'ext', 'natter', 'nonce'))
      .to.be.a('string')
      .with.length.least(24);
    expect(at(ours, 'ext', 'natter', 'now')).to.be.within(before, Date.now());
    expect((await (await open()).handshake()).ext).to.equal(undefined);
  });

  it('[WIRE-4] each POST and each first frame of our client shows the secret, or is refused with 401', async () => {
    const client = await connect({});
    const message = { channel: '/meta/subscribe', clientId: client.clientId, subscription: '/rooms/lobby', id: '1' };
    const guesses = [
      undefined,
      { session: '' },
      { session: 'x'.repeat(32) },
      { session: {} },
      { session: [client.session] },
    ];
    for (const natter of guesses) {
      const [reply] = await postMessages(running.url, { ...message, ...(natter ? { ext: { natter } } : {}) });
      expect(code(reply), JSON.stringify(natter)).to.equal('wrong_secret');
      expect(reply?.error).to.match(/^401::/);
      expect(at(reply, 'advice', 'reconnect')).to.equal('handshake');
    }
    const [right, batched] = await postMessages(
      running.url,
      { ...message, ext: { natter: { session: client.session } } },
      { ...message, id: '2', subscription: '/rooms/other' },
    );
    expect([right?.successful, batched?.successful]).to.deep.equal([true, true]);
    const second = await open();
    second.clientId = client.clientId;
    expect(code(await second.call(CONNECT))).to.equal('wrong_secret');
  });

  it('[WIRE-5] an unknown clientId is answered 401 with the advice to handshake', async () => {
    for (const channel of [
      '/meta/connect',
      '/meta/subscribe',
      '/meta/unsubscribe',
      '/meta/disconnect',
      '/rooms/lobby',
    ]) {
      const message = {
        channel,
        clientId: 'nobody',
        connectionType: 'long-polling',
        subscription: '/rooms/a',
        data: {},
      };
      const [reply] = await postMessages(running.url, message);
      expect(code(reply), channel).to.equal('unknown_session');
      expect(reply?.error).to.match(/^401::/);
      expect(at(reply, 'advice', 'reconnect')).to.equal('handshake');
    }
  });

  it('[WIRE-6] with the secret a new socket takes over; what comes meanwhile is not lost, and the old close harms nothing', async () => {
    const [anna, ben] = [await connect({}), await connect()];
    await anna.subscribe('/rooms/lobby');
    await ben.subscribe('/rooms/lobby');
    await anna.on('/rooms/lobby', 0);
    const moved = await open();
    Object.assign(moved, { clientId: anna.clientId, session: anna.session, shows: true });
    const closed = anna.closed();
    void moved.call(CONNECT);
    await ben.publish('/rooms/lobby', { text: 'one' });
    expect(await closed).to.equal(1000);
    await ben.publish('/rooms/lobby', { text: 'two' });
    await moved.until(() => anna.heard.length + moved.heard.length === 2, 2_000, 'both messages');
    expect(code(await moved.publish('/rooms/lobby', { text: 'three' }))).to.equal(undefined);
    await moved.until(() => anna.heard.length + moved.heard.length === 3, 2_000, 'the third message');
  });

  it('[WIRE-6] what is published while a session has no socket waits for the next one', async () => {
    const [anna, ben] = [await connect({}), await connect()];
    await anna.subscribe('/rooms/lobby');
    await ben.subscribe('/rooms/lobby');
    anna.close();
    await eventually(async () => expect(await metric(running.url, 'natter_sockets')).to.equal(1));
    for (const text of ['one', 'two', 'three']) await ben.publish('/rooms/lobby', { text });
    const back = await open();
    Object.assign(back, { clientId: anna.clientId, session: anna.session, shows: true });
    void back.call(CONNECT);
    const heard = await back.on('/rooms/lobby', 3);
    expect(heard.map((frame) => at(frame, 'entry', 'payload'))).to.deep.equal(
      ['one', 'two', 'three'].map((text) => JSON.stringify({ text })),
    );
  });

  it('[WIRE-7] a plain client is not taken over while its socket lives, and is when it is gone', async () => {
    const [victim, ben] = [await connect(), await connect()];
    await victim.subscribe('/rooms/lobby');
    await ben.subscribe('/rooms/lobby');
    const thief = await open();
    thief.clientId = victim.clientId;
    const refusal = await thief.call(CONNECT);
    expect(code(refusal)).to.equal('transport_in_use');
    expect(refusal.error).to.match(/^401::/);
    expect(at(refusal, 'advice', 'reconnect')).to.equal('handshake');
    const [poll] = await postMessages(running.url, { ...CONNECT, clientId: victim.clientId });
    expect(code(poll)).to.equal('transport_in_use');
    await ben.publish('/rooms/lobby', { text: 'for the victim' });
    await victim.on('/rooms/lobby', 1);
    expect(thief.heard).to.deep.equal([]);
    victim.close();
    await victim.closed();
    await eventually(async () => {
      const heir = await open();
      heir.clientId = victim.clientId;
      expect((await heir.call({ ...CONNECT, advice: { timeout: 0 } })).error).to.equal(undefined);
    });
  });

  it('[WIRE-7] a held poll of a plain client is not taken over by another poll or a socket', async () => {
    const [{ clientId = '' } = {}] = await postMessages(running.url, handshakeMessage());
    const message = { ...CONNECT, connectionType: 'long-polling', clientId };
    const held = post(running.url, [{ ...message, id: 'first' }]);
    await eventually(async () => {
      const [second] = await postMessages(running.url, { ...message, id: 'second', advice: { timeout: 0 } });
      expect(code(second)).to.equal('transport_in_use');
    });
    const thief = await open();
    thief.clientId = String(clientId);
    expect(code(await thief.call(CONNECT))).to.equal('transport_in_use');
    await postMessages(running.url, { channel: '/meta/disconnect', clientId });
    const answer = (await (await within(held, 4_000, 'the held poll')).json()) as readonly unknown[];
    expect(at(answer, 0, 'id')).to.equal('first');
  });

  it('[WIRE-8] an empty batch is answered with an empty batch', async () => {
    const client = await open();
    client.send('[]');
    client.send('[ ]');
    await client.until(() => client.frames.length === 2, 2_000, 'two answers');
    expect(client.frames).to.deep.equal(['[]', '[]']);
  });

  it('[WIRE-9] a session acts on its messages in their order, and a held connect lets the next ones pass', async () => {
    const client = await open();
    await client.handshake();
    const { clientId } = client;
    client.send([
      { ...CONNECT, clientId, id: 'held' },
      { channel: '/rooms/lobby', clientId, id: 'early', data: { text: 'too early' } },
      { channel: '/meta/subscribe', clientId, id: 'join', subscription: '/rooms/lobby' },
      ...[1, 2, 3].map((n) => ({ channel: '/rooms/lobby', clientId, id: `p${n}`, data: { text: `${n}` } })),
    ]);
    await client.on('/rooms/lobby', 3);
    const replies = client.frames
      .flatMap((frame) => JSON.parse(frame))
      .filter(({ successful }) => successful !== undefined);
    expect(replies.slice(1).map(({ id, successful }) => [id, successful])).to.deep.equal([
      ['early', false],
      ['join', true],
      ['p1', true],
      ['p2', true],
      ['p3', true],
    ]);
    const first = client.frames.findIndex((frame) => frame.includes('"data"'));
    expect(client.frames.findIndex((frame) => frame.includes('"join"'))).to.be.lessThan(first);
  });

  it('[WIRE-10] a poll is held until a message comes, and what a dead poll took goes to the next one', async () => {
    const ben = await connect();
    await ben.subscribe('/rooms/lobby');
    const [{ clientId = '' } = {}] = await postMessages(running.url, handshakeMessage());
    await postMessages(running.url, { channel: '/meta/subscribe', clientId, subscription: '/rooms/lobby' });
    const message = { channel: '/meta/connect', connectionType: 'long-polling', clientId, id: 'poll' };
    const dead = new AbortController();
    const body = JSON.stringify([message]);
    const headers = { 'Content-Type': 'application/json' };
    const lost = fetch(`${running.url}/bayeux`, { method: 'POST', headers, body, signal: dead.signal });
    lost.catch(() => undefined);
    await eventually(async () => {
      expect(code((await postMessages(running.url, { ...message, advice: { timeout: 0 } }))[0])).to.equal(
        'transport_in_use',
      );
    });
    dead.abort();
    await ben.publish('/rooms/lobby', { text: 'while away' });
    const next = await eventually(async () => {
      const replies = await postMessages(running.url, message);
      expect(code(replies[0])).to.equal(undefined);
      return replies;
    });
    expect(at(next, 1, 'data', 'entry', 'payload')).to.equal('{"text":"while away"}');
  });

  it('[WIRE-10] a connect in one POST with other messages is not held', async () => {
    const [{ clientId = '' } = {}] = await postMessages(running.url, handshakeMessage());
    const replies = await within(
      postMessages(
        running.url,
        { channel: '/meta/connect', connectionType: 'long-polling', clientId, id: '1' },
        { channel: '/meta/subscribe', clientId, subscription: '/rooms/lobby', id: '2' },
      ),
      2_000,
      'both answers',
    );
    expect(replies.map(({ id, successful }) => [id, successful])).to.deep.equal([
      ['1', true],
      ['2', true],
    ]);
  });

  it('[WIRE-11] a silent socket is asked and then cut; one that answers pings stays', async () => {
    const [dead, idle] = [await open(), await open()];
    Object.assign(dead.ws, { pong: () => undefined }); // ws answers pings by this method
    const started = performance.now();
    await dead.closed(HEARTBEAT.dead + 5_000);
    expect(performance.now() - started).to.be.within(HEARTBEAT.dead - 100, HEARTBEAT.dead + 4_000);
    expect(idle.ws.readyState).to.equal(idle.ws.OPEN);
  });
});
