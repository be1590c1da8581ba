import { expect } from 'chai';
import { LIMITS } from '../../protocol/limits.ts';
import { at, code, metric, RawClient, type RunningRelay, startRelay } from '../integration/relay/bayeux-client.ts';
import { join as enterRoom, joinExt, joined, publishEntry, Replica } from '../integration/relay/replica.ts';

const LOBBY = '/rooms/lobby';
const MOST = Number.MAX_SAFE_INTEGER;

/** What a client says to hold, to lack and to stand at is its own word: it costs the relay no more than any other. */
describe('attacks by versions, gaps and catch-up', () => {
  let running: RunningRelay;
  let attacker: RawClient;
  let own: Replica;

  beforeEach(async () => {
    running = await startRelay();
    attacker = await RawClient.connect(running.url, {});
    own = new Replica();
  });

  afterEach(async () => {
    attacker.close();
    await running.relay.close();
  });

  const name = (n: number) => n.toString(36).padStart(22, 'A');
  const join = (more: object) => attacker.subscribe(LOBBY, joinExt(attacker, own, 'lobby', more));

  it('[HAVE-3] [JOIN-1] row 33: versions with too many replicas, runs or numbers: refused, and nothing is joined', async () => {
    const replicas = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [name(n), [[1, 2]]]));
    const runs = (count: number) => ({ [name(1)]: Array.from({ length: count }, (_, n) => [n * 3 + 1, n * 3 + 1]) });
    const bad: readonly object[] = [
      replicas(LIMITS.haveReplicas + 1),
      replicas(1_500),
      runs(LIMITS.ranges + 1),
      runs(4_000),
      { [name(1)]: [[1, MOST + 1]] },
      { [name(1)]: [[-1, 5]] },
      { [name(1)]: [[5, 1]] },
      {
        [name(1)]: [
          [1, 2],
          [2, 3],
        ],
      },
      { [name(1)]: [[1, 1e308]] },
      { [name(1)]: [[1, null]] },
      { [name(1)]: 'all' },
      { ['x'.repeat(10_000)]: [[1, 2]] },
      [[1, 2]],
    ];
    for (const have of bad) expect(code(await join({ have })), JSON.stringify(have).slice(0, 60)).to.equal('malformed');
    for (const cursor of [
      {},
      { epoch: 'e', offset: -1, id: 'x' },
      { epoch: 'e', offset: 1.5 },
      { offset: MOST + 1 },
      7,
    ]) {
      expect(code(await join({ cursor })), JSON.stringify(cursor)).to.equal('malformed');
    }
    expect(code(await attacker.publish(LOBBY, { text: 'x' }))).to.equal('not_a_member');
    attacker.send(`[{"channel":"/meta/subscribe","ext":{"natter":{"have":{${'"A":[[1,2]],'.repeat(83_000)}`);
    expect(await attacker.closed(), 'a million replicas are over 64 KiB').to.equal(1009);
  });

  it('[LOG-4] [HAVE-2] row 33: the greatest claims that are allowed cost no more than the entries that are sent', async () => {
    const [author, , replica] = await joined(running.url, 'lobby');
    for (let n = 0; n < 300; n += 1) void publishEntry(author, 'lobby', replica.entry('lobby', `m${n}`));
    await author.on(LOBBY, 300, 10_000);
    const gaps = Array.from({ length: LIMITS.ranges }, (_, n) => [n * 2 ** 40 + 1, n * 2 ** 40 + 2 ** 39]);
    const have = Object.fromEntries(
      Array.from({ length: 150 }, (_, n) => [name(n), n === 0 ? [[1, MOST]] : gaps.slice(0, 2)]),
    );
    const started = performance.now();
    for (let times = 0; times < 20; times += 1) {
      const reply = await join({ have, cursor: { epoch: 'another', offset: MOST, id: replica.entry('x', 'y').id } });
      expect(reply.successful, JSON.stringify(reply).slice(0, 200)).to.equal(true);
      expect(at(reply, 'ext', 'natter', 'entries')).to.have.length(LIMITS.chunkEntries);
    }
    expect(performance.now() - started, 'a join of claims takes 100 ms').to.be.lessThan(20 * 100);
    author.close();
  });

  it('[ROOM-6] [LOG-3] row 33: numbers with gaps, and the greatest: one range each, and no page for what is not there', async () => {
    await enterRoom(attacker, own, 'lobby', { name: 'Attacker' });
    let seq = 1;
    for (let n = 0; n < 40; n += 1) {
      seq += 2 + n * 2 ** 40;
      expect((await publishEntry(attacker, 'lobby', own.entry('lobby', 'x', { seq, prev: null }))).successful).to.equal(
        true,
      );
    }
    const last = own.entry('lobby', 'x', { seq: MOST, prev: null });
    expect((await publishEntry(attacker, 'lobby', last)).successful).to.equal(true);
    expect(code(await publishEntry(attacker, 'lobby', own.entry('lobby', 'x', { seq: MOST + 1 })))).to.equal(
      'malformed',
    );
    const newcomer = await RawClient.connect(running.url, {});
    const reply = await enterRoom(newcomer, new Replica(), 'lobby', { have: { [own.id]: [[1, 1]] } });
    expect(reply.entries).to.have.length(41);
    expect(Object.entries(reply.have).map(([replica, ranges]) => [replica, ranges.length])).to.deep.equal([
      [own.id, LIMITS.ranges],
    ]);
    newcomer.close();
  });

  it('[ROOM-17] [ENG-14] row 33: the whole log asked for in a loop without reading: cut at 1 MiB, and others go on', async () => {
    const [author, , replica] = await joined(running.url, 'lobby');
    for (let n = 0; n < 60; n += 1) void publishEntry(author, 'lobby', replica.entry('lobby', 'x'.repeat(7_500)));
    await author.on(LOBBY, 60, 10_000);
    await join({ name: 'Attacker' });
    const channel = `${LOBBY}/replicas/${own.id}`;
    await attacker.subscribe(channel);
    const cut = attacker.closed(15_000);
    attacker.ws.pause();
    const fetch = { channel, clientId: attacker.clientId, data: { v: 1, kind: 'fetch', after: 0 } };
    for (let n = 0; n < 40; n += 1)
      attacker.send(Array.from({ length: 16 }, (_, m) => ({ ...fetch, id: `${n}-${m}` })));
    while ((await metric(running.url, 'natter_readers_cut_total')) === 0) {
      expect(await metric(running.url, 'natter_queue_bytes')).to.be.lessThan(2 * 1024 * 1024);
      const started = performance.now();
      expect((await publishEntry(author, 'lobby', replica.entry('lobby', 'meanwhile'))).successful).to.equal(true);
      expect(performance.now() - started).to.be.lessThan(1_000);
    }
    attacker.ws.resume();
    await cut;
    author.close();
  });
});
