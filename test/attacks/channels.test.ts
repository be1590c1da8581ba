import { expect } from 'chai';
import type { ReplicaId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { at, code, metric, type RawClient, type RunningRelay, startRelay } from '../integration/relay/bayeux-client.ts';
import { joined, Replica, signalFrame } from '../integration/relay/replica.ts';
import { eventually } from '../support/eventually.ts';

const LOBBY = '/rooms/lobby';

/** Rows 3, 15, 17, 31 and 33 of the threat list, on the channels of single replicas. */
describe('attacks on a replica’s channel', () => {
  let running: RunningRelay;
  let attacker: RawClient;
  let own: Replica;
  let victim: RawClient;
  let channel = '';

  beforeEach(async () => {
    running = await startRelay();
    [attacker, , own] = await joined(running.url, 'lobby');
    const [client, , replica] = await joined(running.url, 'lobby');
    victim = client;
    channel = `${LOBBY}/replicas/${replica.id}`;
    await victim.subscribe(channel);
  });

  afterEach(async () => {
    attacker.close();
    victim.close();
    await running.relay.close();
  });

  const author = { user: 'g-x', name: 'x' };
  const frames = (entries: readonly unknown[] = []) => [
    signalFrame(own, 'v'.repeat(22) as ReplicaId, 'lobby', { type: 'renegotiate' }),
    { v: 1, kind: 'ack', ranges: [[1, 2]], read: 2 },
    { v: 1, kind: 'hello', author, have: {}, asks: true },
    { v: 1, kind: 'entries', entries, more: false },
    { v: 1, kind: 'fetch', below: [5, 0] },
  ];

  it('[ROOM-16] row 3: another sender’s name on a signal, ack, hello, entries or fetch: 403, and nothing arrives', async () => {
    for (const frame of frames()) {
      const forged = { ...frame, from: new Replica().id };
      expect(code(await attacker.publish(channel, forged)), frame.kind).to.equal('not_yours');
      expect(code(await attacker.publish(channel, { ...frame, from: {} })), frame.kind).to.equal('malformed');
    }
    const [stranger] = await joined(running.url, 'elsewhere');
    for (const frame of frames()) expect(code(await stranger.publish(channel, frame))).to.equal('not_a_member');
    stranger.close();
    expect(victim.heard).to.deep.equal([]);
  });

  it('[ROOM-15] what members say to one another carries the sender’s true name and nothing else', async () => {
    const entry = new Replica().entry('lobby', 'hi');
    const sent = frames([{ v: 1, entry, author }]);
    for (const frame of sent) {
      expect((await attacker.publish(channel, { ...frame, extra: 1 })).successful, frame.kind).to.equal(true);
    }
    const heard = await victim.on(channel, sent.length);
    expect(heard).to.deep.equal(sent.map((frame) => ({ ...frame, from: own.id })));
  });

  it('[ROOM-16] row 3: entries with the relay’s epoch or offset, and pages asked of others: 403', async () => {
    const entry = new Replica().entry('lobby', 'hi');
    const forged = [
      { v: 1, kind: 'entries', entries: [], more: false, epoch: 'e' },
      { v: 1, kind: 'entries', entries: [{ v: 1, entry, offset: 7 }], more: false },
      { v: 1, kind: 'entries', entries: [{ v: 1, entry, epoch: 'e' }], more: false },
      { v: 1, kind: 'fetch', after: 0 },
      { v: 1, kind: 'fetch', before: 9 },
    ];
    for (const frame of forged) expect(code(await attacker.publish(channel, frame))).to.equal('not_yours');
    for (const kind of ['ping', 'pong', 'bye', 'typing', 'join', 'leave', 'crowd']) {
      const member = { ...author, replica: own.id, rtc: false };
      const rest = { n: 1, on: true, member, replica: own.id, count: 1, joined: [], left: [] };
      expect(code(await attacker.publish(channel, { v: 1, kind, ...rest })), kind).to.equal('channel_forbidden');
    }
    const mine = `${LOBBY}/replicas/${own.id}`;
    expect(code(await attacker.publish(mine, { v: 1, kind: 'fetch', below: [5, 0] }))).to.equal('channel_forbidden');
    const crowd = { v: 1, kind: 'crowd', count: 1, joined: [], left: [own.id] };
    expect(code(await attacker.publish(`${LOBBY}/presence`, crowd))).to.equal('not_yours');
    expect(victim.heard).to.deep.equal([]);
  });

  it('[ROOM-17] 10,000 entries in one frame, and 64 KiB of them, are refused', async () => {
    const many = { v: 1, kind: 'entries', entries: Array.from({ length: 10_000 }, () => 0), more: false };
    expect(code(await attacker.publish(channel, many))).to.equal('malformed');
    const replica = new Replica();
    const entries = Array.from({ length: LIMITS.chunkEntries }, (_, n) => ({
      ...{ v: 1, entry: replica.entry('lobby', `text ${n}`) },
    }));
    const closed = attacker.closed();
    attacker.send([{ channel, clientId: attacker.clientId, data: { v: 1, kind: 'entries', entries, more: true } }]);
    expect(await closed).to.equal(1009);
    expect(victim.heard).to.deep.equal([]);
  });

  it('[ROOM-17] a flood of entries at a reader that has stopped is cut at 1 MiB, and others go on', async () => {
    const replica = new Replica();
    const entry = replica.entry('lobby', 'x'.repeat(7_900));
    const frame = { v: 1, kind: 'entries', entries: Array.from({ length: 7 }, () => ({ v: 1, entry })), more: true };
    const stalled = victim.closed(10_000);
    victim.ws.pause();
    let answered = 0;
    for (let sent = 0; sent < 100; sent += 1) {
      const reply = await attacker.publish(channel, frame);
      if (reply.successful) answered += 1;
      expect(await metric(running.url, 'natter_queue_bytes')).to.be.lessThan(1.2 * 1024 * 1024);
      if ((await metric(running.url, 'natter_readers_cut_total')) > 0) break;
    }
    expect(answered).to.be.greaterThan(10);
    expect(await metric(running.url, 'natter_readers_cut_total')).to.be.greaterThan(0);
    victim.ws.resume();
    await stalled;
    const [other] = await joined(running.url, 'lobby');
    expect((await other.publish(`${LOBBY}/replicas/${own.id}`, { v: 1, kind: 'ack', ranges: [] })).successful).to.equal(
      true,
    );
    other.close();
    await eventually(async () => expect(await metric(running.url, 'natter_queue_bytes')).to.equal(0));
  });

  it('[ROOM-17] a flood of entries at a replica that listens through polls, or not at all, is bounded too', async () => {
    const [silent, , replica] = await joined(running.url, 'lobby');
    const quiet = `${LOBBY}/replicas/${replica.id}`;
    const entry = new Replica().entry('lobby', 'x'.repeat(7_900));
    const frame = { v: 1, kind: 'entries', entries: Array.from({ length: 7 }, () => ({ v: 1, entry })), more: true };
    for (let sent = 0; sent < 40; sent += 1) await attacker.publish(quiet, frame);
    expect(await metric(running.url, 'natter_queue_bytes')).to.be.lessThan(1.2 * 1024 * 1024);
    expect(at(silent.heard[0], 'channel')).to.equal(undefined);
    silent.close();
  });
});
