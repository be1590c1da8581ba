import { expect } from 'chai';
import { GRACE } from '../../../server/bayeux/sessions.ts';
import { at, code, postMessages, RawClient, type RunningRelay, startRelay } from './bayeux-client.ts';
import { join, joined, Replica } from './replica.ts';

const LOBBY = '/rooms/lobby';
const PRESENCE = `${LOBBY}/presence`;

describe('presence', () => {
  let running: RunningRelay;
  const clients: RawClient[] = [];
  const enter = async (replica?: Replica) => {
    const entered = await joined(running.url, 'lobby', replica);
    clients.push(entered[0]);
    return entered;
  };
  /** A member who watches the others come and go. */
  const watch = async () => {
    const [client] = await enter();
    await client.subscribe(PRESENCE);
    return client;
  };
  const summary = (frames: readonly unknown[]) =>
    frames.map((frame) => [at(frame, 'kind'), at(frame, 'replica') ?? at(frame, 'member', 'replica')]);

  beforeEach(async () => {
    running = await startRelay();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await running.relay.close();
  });

  it('[PRES-1] members hear of a join at once, and of a changed name', async () => {
    const watcher = await watch();
    const [client, reply, replica] = await enter();
    expect(await watcher.on(PRESENCE, 1, 1_000)).to.deep.equal([{ v: 1, kind: 'join', member: reply.self }]);
    await join(client, replica, 'lobby', { name: reply.self.name });
    await join(client, replica, 'lobby', { name: 'New' });
    const heard = await watcher.on(PRESENCE, 2, 1_000);
    expect(heard.slice(1)).to.deep.equal([{ v: 1, kind: 'join', member: { ...reply.self, name: 'New' } }]);
    expect(heard).to.have.length(2);
  });

  it('[PRES-8] who comes and goes before presence is subscribed is heard of then', async () => {
    const [anna, , annas] = await enter();
    const [ben] = await enter();
    const [, , cyds] = await enter();
    await anna.call({ channel: '/meta/disconnect' });
    await ben.subscribe(PRESENCE);
    const heard = summary(await ben.on(PRESENCE, 2, 1_000));
    expect(heard).to.deep.equal([
      ['join', cyds.id],
      ['leave', annas.id],
    ]);
  });

  it('[PRES-2] a clean leave is shown within 1 s: disconnect and unsubscribe', async () => {
    const watcher = await watch();
    const [anna, , annas] = await enter();
    const [ben, , bens] = await enter();
    await anna.call({ channel: '/meta/disconnect' });
    expect(summary(await watcher.on(PRESENCE, 3, 1_000))[2]).to.deep.equal(['leave', annas.id]);
    await ben.call({ channel: '/meta/unsubscribe', subscription: LOBBY });
    expect(summary(await watcher.on(PRESENCE, 4, 1_000))[3]).to.deep.equal(['leave', bens.id]);
  });

  it('[PRES-3] a closed socket leaves after the grace; a shorter drop is not shown', async () => {
    const watcher = await watch();
    const [anna, , annas] = await enter();
    const [ben, , bens] = await enter();
    await watcher.on(PRESENCE, 2);
    anna.close();
    ben.close();
    const back = await RawClient.open(running.url);
    clients.push(back);
    Object.assign(back, { clientId: ben.clientId, session: ben.session, shows: true });
    void back.call({ channel: '/meta/connect', connectionType: 'websocket' });
    const started = performance.now();
    const [, , left] = summary(await watcher.on(PRESENCE, 3, GRACE.socket + 5_000));
    expect(left).to.deep.equal(['leave', annas.id]);
    expect(performance.now() - started).to.be.within(GRACE.socket - 200, GRACE.socket + 4_000);
    const [, later] = await enter();
    expect(later.members.map(({ replica }) => replica)).to.include(bens.id);
    expect(later.members.map(({ replica }) => replica)).not.to.include(annas.id);
  });

  it('[PRES-3] a client that comes back with a new session and its old key is not shown leaving', async () => {
    const watcher = await watch();
    const [anna, first, annas] = await enter();
    await watcher.on(PRESENCE, 1);
    anna.close();
    const [back, second] = await enter(annas);
    expect(second.self).to.deep.equal(first.self);
    expect(second.count).to.equal(2);
    await back.call({ channel: '/meta/unsubscribe', subscription: LOBBY });
    expect(summary(await watcher.on(PRESENCE, 2))).to.deep.equal([
      ['join', annas.id],
      ['leave', annas.id],
    ]);
  });

  it('[PRES-7] a member whose socket has gone silent is shown leaving within 15 s', async function () {
    this.timeout(20_000);
    const watcher = await watch();
    const [dead, , replica] = await enter();
    Object.assign(dead.ws, { pong: () => undefined }); // ws answers pings by this method
    const left = ['leave', replica.id];
    expect(summary(await watcher.on(PRESENCE, 2, 15_000))[1]).to.deep.equal(left);
  });

  it('[PRES-4] a replica is in a room through the session that joined last; the one before is told and is out', async () => {
    const watcher = await watch();
    const [old, , replica] = await enter();
    await old.subscribe(PRESENCE);
    const [young] = await enter(replica);
    expect(await old.on(PRESENCE, 1, 1_000)).to.deep.equal([{ v: 1, kind: 'leave', replica: replica.id }]);
    expect(code(await old.publish(PRESENCE, { v: 1, kind: 'typing', on: true }))).to.equal('not_a_member');
    await young.publish(PRESENCE, { v: 1, kind: 'typing', on: true });
    expect(summary(await watcher.on(PRESENCE, 2))).to.deep.equal([
      ['join', replica.id],
      ['typing', replica.id],
    ]);
    expect(old.heard).to.have.length(1);
  });

  it('[PRES-4] a session that joins with another key leaves with the first, and stays in the room', async () => {
    const watcher = await watch();
    const [client, , first] = await enter();
    const second = new Replica();
    await join(client, second, 'lobby');
    expect(summary(await watcher.on(PRESENCE, 3))).to.deep.equal([
      ['join', first.id],
      ['leave', first.id],
      ['join', second.id],
    ]);
    await client.publish(LOBBY, { v: 1, entry: second.entry('lobby', 'hi') });
    await client.on(LOBBY, 1);
  });

  it('[PRES-5] a long-polling client leaves when it polls no more', async function () {
    this.timeout(20_000);
    const watcher = await watch();
    const [{ clientId = '' } = {}] = await postMessages(running.url, {
      ...{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] },
    });
    await postMessages(running.url, { channel: '/meta/subscribe', clientId, subscription: LOBBY });
    const poll = { channel: '/meta/connect', clientId, connectionType: 'long-polling', advice: { timeout: 0 } };
    await postMessages(running.url, poll);
    const started = performance.now();
    expect(summary(await watcher.on(PRESENCE, 2, GRACE.poll + 5_000))[1]?.[0]).to.equal('leave');
    expect(performance.now() - started).to.be.within(GRACE.poll - 500, GRACE.poll + 4_000);
  });

  it('[PRES-6] in a room of over 100 a join names 50 members and counts them all', async () => {
    const crowd = await Promise.all(Array.from({ length: 101 }, () => RawClient.connect(running.url)));
    clients.push(...crowd);
    for (const client of crowd) await client.subscribe(LOBBY);
    const [, reply] = await enter();
    expect([reply.members.length, reply.count]).to.deep.equal([50, 102]);
  });
});
