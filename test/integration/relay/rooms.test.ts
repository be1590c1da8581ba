import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import { type EntryFrame, parseEntryFrame } from '../../../protocol/frames.ts';
import { guestId, type RoomName } from '../../../protocol/ids.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import type { RelayOptions } from '../../../server/index.ts';
import { Trust } from '../../../widget/runtime/trust.ts';
import { at, code, RawClient, type RunningRelay, startRelay } from './bayeux-client.ts';
import { join, joinExt, joined, publishEntry, Replica, readJoin, signalFrame } from './replica.ts';

const LOBBY = '/rooms/lobby';

describe('rooms', () => {
  let running: RunningRelay;
  const clients: RawClient[] = [];

  const restart = async (options: RelayOptions) => {
    await running.relay.close();
    running = await startRelay(options);
  };
  const connect = async (natter?: object) => keep(await RawClient.connect(running.url, natter));
  const enter = async (room: string, replica?: Replica) => {
    const entered = await joined(running.url, room, replica);
    keep(entered[0]);
    return entered;
  };
  const keep = (client: RawClient) => {
    clients.push(client);
    return client;
  };
  const fill = async (count: number, room = 'lobby') => {
    const [client, , replica] = await enter(room);
    const entries = Array.from({ length: count }, (_, n) => replica.entry(room, `text ${n}`));
    for (let n = 0; n < count; n += LIMITS.batch) {
      const batch = entries.slice(n, n + LIMITS.batch).map((entry, index) => ({
        ...{ channel: `/rooms/${room}`, clientId: client.clientId, id: `fill ${n + index}`, data: { v: 1, entry } },
      }));
      client.send(batch);
    }
    await client.on(`/rooms/${room}`, count);
    return { client, replica, entries };
  };
  const ids = (frames: readonly EntryFrame[]) => frames.map(({ entry }) => entry.id);

  beforeEach(async () => {
    running = await startRelay();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await running.relay.close();
  });

  it('[ROOM-1] a join proves its key; its replica is the hash of the key and its user a guest', async () => {
    const [, reply, replica] = await enter('lobby');
    const name = `N ${replica.id.slice(0, 4)}`;
    const self = { user: guestId(replica.id), name, replica: replica.id, rtc: true };
    expect(reply.self).to.deep.equal(self);
    expect(reply.members).to.deep.equal([self]);
    expect(reply.settings).to.deep.equal({ history: 1000, age: 604_800_000, mesh: 8 });
    expect([reply.count, reply.offset, reply.floor, reply.recovered]).to.deep.equal([1, 0, 1, false]);
  });

  it('[ROOM-2] a proof for another room, session, handshake or key is refused, and nothing is joined', async () => {
    const [client, other, replica] = [await connect({}), await connect({}), new Replica()];
    const forged = [
      joinExt(client, replica, 'elsewhere'),
      joinExt(other, replica, 'lobby'),
      { ...joinExt(client, replica, 'lobby'), key: new Replica().key },
      { ...joinExt(client, replica, 'lobby'), key: Buffer.alloc(65, 4).toString('base64url') },
    ];
    for (const natter of forged) expect(code(await client.subscribe(LOBBY, natter))).to.equal('bad_proof');
    expect(code(await client.publish(LOBBY, { text: 'hi' }))).to.equal('not_a_member');
    expect(code(await client.subscribe(`${LOBBY}/presence`))).to.equal('not_a_member');
  });

  it('[ROOM-3] an entry is stamped with its author and place, fanned out to all and acknowledged after the append', async () => {
    const [anna, , annas] = await enter('lobby');
    const [ben] = await enter('lobby');
    const entry = annas.entry('lobby', 'hello');
    const reply = await publishEntry(anna, 'lobby', entry);
    const stamp = at(reply, 'ext', 'natter');
    expect(stamp).to.include({ id: entry.id, offset: 1 });
    const author = { user: guestId(annas.id), name: `N ${annas.id.slice(0, 4)}` };
    const frame = { v: 1, entry, author, epoch: at(stamp, 'epoch'), offset: 1 };
    expect(await ben.on(LOBBY, 1)).to.deep.equal([frame]);
    expect(await anna.on(LOBBY, 1)).to.deep.equal([frame]);
  });

  it('[LOG-1] the same entry again gets the same place and is not sent to anyone again', async () => {
    const [anna, , annas] = await enter('lobby');
    const [ben] = await enter('lobby');
    const [first, second] = [annas.entry('lobby', 'one'), annas.entry('lobby', 'two')];
    const stamps = [];
    for (const entry of [first, first, second, first]) {
      stamps.push(at(await publishEntry(anna, 'lobby', entry), 'ext', 'natter', 'offset'));
    }
    expect(stamps).to.deep.equal([1, 1, 2, 1]);
    expect((await ben.on(LOBBY, 2)).map((frame) => at(frame, 'entry', 'id'))).to.deep.equal([first.id, second.id]);
  });

  it('[LOG-2] a second body for a sequence number is refused, and the first stays', async () => {
    const [anna, , annas] = await enter('lobby');
    const entry = annas.entry('lobby', 'one');
    await publishEntry(anna, 'lobby', entry);
    const forged = annas.entry('lobby', 'other', { seq: entry.seq, prev: null });
    const reply = await publishEntry(anna, 'lobby', forged);
    expect([code(reply), reply.error]).to.deep.equal([
      'sequence_conflict',
      '409::this sequence number has another entry',
    ]);
    const [, joinReply] = await enter('lobby');
    expect(ids(joinReply.entries)).to.deep.equal([entry.id]);
  });

  it('[ROOM-4] a clock ahead, a payload that can’t be read and one that says too much are refused', async () => {
    const [anna, , annas] = await enter('lobby');
    const [ben] = await enter('lobby');
    const good = annas.entry('lobby', 'good');
    const ahead = [Date.now() + LIMITS.clockAhead + 60_000, 0] as const;
    const said = (kind: string, payload: unknown) =>
      annas.entry('lobby', '', { kind, payload: typeof payload === 'string' ? payload : JSON.stringify(payload) });
    const target = good.id;
    const cases: readonly (readonly [string, unknown])[] = [
      ['clock_ahead', annas.entry('lobby', 'later', { clock: ahead })],
      ['malformed', annas.entry('lobby', 'x', { clock: [-1, 0] })],
      ['malformed', said('message', { text: '  ' })],
      ['malformed', said('message', 'not json')],
      ['too_large', annas.entry('lobby', 'x'.repeat(LIMITS.textLength + 1))],
      ['malformed', said('edit', { target: 'nothing', text: 'x' })],
      ['malformed', said('edit', { target, text: ' ' })],
      ['malformed', said('delete', {})],
      ['malformed', said('reaction', { target, emoji: 'no emoji', on: true })],
      ['malformed', said('reaction', { target, emoji: '👍', on: 'yes' })],
      ['malformed', said('void', '[]')],
    ];
    for (const [expected, entry] of cases) {
      expect(code(await publishEntry(anna, 'lobby', entry)), JSON.stringify(entry).slice(0, 400)).to.equal(expected);
    }
    expect(at(await publishEntry(anna, 'lobby', good), 'ext', 'natter', 'offset')).to.equal(1);
    expect(await ben.on(LOBBY, 1)).to.have.length(1);
  });

  it('[ROOM-4] edits, deletes, reactions, voids and kinds of a newer version are kept and passed on', async () => {
    const [anna, , annas] = await enter('lobby');
    const target = annas.entry('lobby', 'first').id;
    const entries = (
      [
        ['edit', { target, text: 'second' }],
        ['delete', { target }],
        ['reaction', { target, emoji: '👩‍👩‍👧', on: true }],
        ['void', {}],
        ['poll', { question: 'whatever' }],
      ] as const
    ).map(([kind, payload]) => annas.entry('lobby', '', { kind, payload: JSON.stringify(payload) }));
    for (const [index, entry] of entries.entries()) {
      expect(at(await publishEntry(anna, 'lobby', entry), 'ext', 'natter', 'offset')).to.equal(index + 1);
    }
    const heard = await anna.on(LOBBY, entries.length);
    expect(heard.map((frame) => at(frame, 'entry'))).to.deep.equal(entries);
  });

  it('[ROOM-5] the stamp of the relay in a frame of a client is refused', async () => {
    const [anna, , annas] = await enter('lobby');
    const [, , bens] = await enter('lobby');
    const entry = annas.entry('lobby', 'hello');
    for (const forged of [{ author: { user: 'g-x', name: 'x' } }, { epoch: 'mine' }, { offset: 7 }]) {
      expect(code(await anna.publish(LOBBY, { v: 1, entry, ...forged }))).to.equal('not_yours');
    }
    const other = bens.id;
    const presence = `${LOBBY}/presence`;
    const own = `${LOBBY}/replicas/${annas.id}`;
    const forgeries: readonly (readonly [string, object])[] = [
      [presence, { v: 1, kind: 'typing', replica: other, on: true }],
      [presence, { v: 1, kind: 'leave', replica: other }],
      [presence, { v: 1, kind: 'join', member: { user: 'g-x', name: 'x', replica: other, rtc: true } }],
      [`${LOBBY}/replicas/${other}`, { v: 1, kind: 'ack', from: other, ranges: [] }],
      [`${LOBBY}/replicas/${other}`, { v: 1, kind: 'fetch', after: 0 }],
    ];
    for (const [channel, frame] of forgeries) expect(code(await anna.publish(channel, frame))).to.equal('not_yours');
    for (const [channel, frame] of [
      [presence, { v: 1, kind: 'bye' }],
      [own, { v: 1, kind: 'typing', on: true }],
      [LOBBY, { v: 1, kind: 'typing', on: true }],
      [presence, { v: 1, entry }],
    ] as const) {
      expect(code(await anna.publish(channel, frame))).to.equal('channel_forbidden');
    }
  });

  it('[ROOM-6] signals, acks and typing reach whom they are for, with the relay’s word on who sent them', async () => {
    const [anna, , annas] = await enter('lobby');
    const [ben, , bens] = await enter('lobby');
    const own = `${LOBBY}/replicas/${bens.id}`;
    await ben.subscribe([`${LOBBY}/presence`, own]);
    const signal = signalFrame(annas, bens.id, 'lobby', { type: 'renegotiate' });
    await anna.publish(own, signal);
    await anna.publish(own, { v: 1, kind: 'ack', from: annas.id, ranges: [[1, 3]] });
    await anna.publish(`${LOBBY}/presence`, { v: 1, kind: 'typing', on: true });
    expect(await ben.on(own, 2)).to.deep.equal([
      { ...signal, from: annas.id },
      { v: 1, kind: 'ack', from: annas.id, ranges: [[1, 3]] },
    ]);
    expect(await ben.on(`${LOBBY}/presence`, 1)).to.deep.equal([{ v: 1, kind: 'typing', replica: annas.id, on: true }]);
    const gone = `${LOBBY}/replicas/${new Replica().id}`;
    expect((await anna.publish(gone, { v: 1, kind: 'ack', ranges: [] })).successful).to.equal(true);
  });

  it('[ROOM-6] frames of a kind of a newer version are acknowledged and go no further', async () => {
    const [anna, , annas] = await enter('lobby');
    await anna.subscribe(`${LOBBY}/presence`);
    for (const channel of [LOBBY, `${LOBBY}/presence`, `${LOBBY}/replicas/${annas.id}`]) {
      expect((await anna.publish(channel, { v: 1, kind: 'sparkle', data: 1 })).successful).to.equal(true);
    }
    await anna.publish(`${LOBBY}/presence`, { v: 1, kind: 'typing', on: false });
    expect(await anna.on(`${LOBBY}/presence`, 1)).to.have.length(1);
    expect(anna.heard).to.have.length(1);
  });

  it('[ROOM-7] [SIG-2] a member without a key gets a hosted replica; the relay makes and signs its entries, one chain a session', async () => {
    const [anna, ben] = [await connect(), await connect()];
    const [reply] = [readJoin(await anna.subscribe(LOBBY)), await ben.subscribe(LOBBY)];
    expect(reply.self.rtc).to.equal(false);
    expect(reply.self.name).to.equal(`Guest ${reply.self.replica.slice(0, 4)}`);
    const stamps = [await anna.publish(LOBBY, { text: 'one' }), await anna.publish(LOBBY, { text: 'two' })];
    const heard = await ben.on(LOBBY, 2);
    expect(heard.map((frame) => at(frame, 'entry', 'seq'))).to.deep.equal([1, 2]);
    expect(heard.map((frame) => at(frame, 'entry', 'replica'))).to.deep.equal([reply.self.replica, reply.self.replica]);
    expect(at(heard[1], 'entry', 'prev')).to.equal(at(heard[0], 'entry', 'id'));
    for (const frame of heard) {
      const read = parseEntryFrame(frame);
      const subtle = webcrypto.subtle as unknown as SubtleCrypto;
      const trust = new Trust(subtle, 'lobby' as RoomName, [reply.relayKey]);
      const author = { user: guestId(reply.self.replica), name: reply.self.name };
      expect(read.ok && (await trust.check(read.value.entry))).to.deep.equal(author);
    }
    expect(stamps.map((stamp) => at(stamp, 'ext', 'natter', 'id'))).to.deep.equal(
      heard.map((f) => at(f, 'entry', 'id')),
    );
    for (const text of ['', '  ', 7, null, {}, 'x'.repeat(LIMITS.textLength + 1)]) {
      expect(code(await anna.publish(LOBBY, { text })), JSON.stringify(text).slice(0, 20)).to.be.oneOf([
        'malformed',
        'too_large',
      ]);
    }
  });

  it('[ROOM-8] {text} of a member with a key, and an entry of a member without one, are refused', async () => {
    const [keyed] = await enter('lobby');
    expect(code(await keyed.publish(LOBBY, { text: 'hi' }))).to.equal('not_yours');
    const plain = await connect();
    const { self } = readJoin(await plain.subscribe(LOBBY));
    const entry = new Replica().entry('lobby', 'hi', { replica: self.replica });
    expect(code(await publishEntry(plain, 'lobby', entry))).to.equal('not_yours');
  });

  it('[ROOM-9] a name comes from the join, else from the handshake, and a repeated join changes it', async () => {
    const [client, replica] = [await connect({ name: 'Hand\u202eshake' }), new Replica()];
    expect((await join(client, replica, 'lobby')).self.name).to.equal('Handshake');
    expect((await join(client, replica, 'lobby', { name: 'Joined' })).self.name).to.equal('Joined');
    const again = await join(client, replica, 'lobby', { name: 'Again' });
    expect(again.members.map(({ name }) => name)).to.deep.equal(['Again']);
    await publishEntry(client, 'lobby', replica.entry('lobby', 'hi'));
    expect(at((await client.on(LOBBY, 1))[0], 'author', 'name')).to.equal('Again');
    const plain = await connect();
    expect(readJoin(await plain.subscribe(LOBBY, { name: 'Plain' })).self.name).to.equal('Plain');
  });

  it('[ROOM-10] whoever leaves the room’s channel leaves the room and all its channels', async () => {
    const [anna, , annas] = await enter('lobby');
    const [ben, , bens] = await enter('lobby');
    const own = `${LOBBY}/replicas/${annas.id}`;
    await anna.subscribe([`${LOBBY}/presence`, own]);
    const heard = [...anna.heard];
    await anna.call({ channel: '/meta/unsubscribe', subscription: LOBBY });
    expect(code(await publishEntry(anna, 'lobby', annas.entry('lobby', 'hi')))).to.equal('not_a_member');
    await ben.publish(`${LOBBY}/presence`, { v: 1, kind: 'typing', on: true });
    await ben.publish(own, { v: 1, kind: 'ack', ranges: [] });
    await publishEntry(ben, 'lobby', bens.entry('lobby', 'hi'));
    await ben.on(LOBBY, 1);
    await anna.subscribe('/rooms/other');
    expect(anna.heard).to.deep.equal(heard);
  });

  it('[LOG-3] a cursor that stands in the log is gone on from without a gap, page by page', async () => {
    const { entries } = await fill(LIMITS.chunkEntries + 50);
    const [client, first, replica] = await enter('lobby');
    expect([first.recovered, first.more, first.entries.length]).to.deep.equal([false, true, LIMITS.chunkEntries]);
    expect(ids(first.entries)).to.deep.equal(entries.slice(-LIMITS.chunkEntries).map(({ id }) => id));
    const id = entries[9]?.id;
    const cursor = { epoch: first.epoch, offset: 10, id };
    const reply = await join(client, replica, 'lobby', { cursor });
    expect([reply.recovered, reply.more, reply.entries.length]).to.deep.equal([true, true, LIMITS.chunkEntries]);
    expect(reply.entries[0]?.offset).to.equal(11);
    const own = `${LOBBY}/replicas/${replica.id}`;
    await client.subscribe(own);
    await client.publish(own, { v: 1, kind: 'fetch', after: reply.entries.at(-1)?.offset });
    const [page] = await client.on(own, 1);
    expect(at(page, 'more')).to.equal(false);
    expect(at(page, 'epoch')).to.equal(first.epoch);
    expect(at(page, 'entries', 0, 'offset')).to.equal(11 + LIMITS.chunkEntries);
    expect(at(page, 'entries', 39, 'entry', 'id')).to.equal(entries.at(-1)?.id);
    await client.publish(own, { v: 1, kind: 'fetch', before: 51 });
    const [, older] = await client.on(own, 2);
    expect([at(older, 'more'), at(older, 'entries', 0, 'offset'), at(older, 'entries', 49, 'offset')]).to.deep.equal([
      false,
      1,
      50,
    ]);
  });

  it('[LOG-4] a cursor of another epoch, or with another id at its offset, is healed by have', async () => {
    const { replica: author, entries } = await fill(5);
    const [client, { epoch }, replica] = await enter('lobby');
    const [id, wrong] = [entries[1]?.id, entries[2]?.id];
    const have = { [author.id]: [[2, 4]] };
    for (const cursor of [
      { epoch: 'other', offset: 2, id },
      { epoch, offset: 2, id: wrong },
      { epoch, offset: 99, id },
    ]) {
      const reply = await join(client, replica, 'lobby', { cursor, have });
      expect([reply.recovered, reply.more]).to.deep.equal([false, false]);
      expect(reply.entries.map(({ offset }) => offset)).to.deep.equal([1, 5]);
      expect(reply.have).to.deep.equal({ [author.id]: [[1, 5]] });
    }
  });

  it('[LOG-5] of what is trimmed, have stays known: a retry is acknowledged and not taken again', async () => {
    await restart({ history: 3 });
    const { client, replica, entries } = await fill(5);
    const again = await publishEntry(client, 'lobby', entries[0]);
    expect(at(again, 'ext', 'natter')).to.deep.equal({ id: entries[0]?.id });
    const [, reply] = await enter('lobby', replica);
    expect([reply.floor, reply.offset, reply.more]).to.deep.equal([3, 5, false]);
    expect(reply.have).to.deep.equal({ [replica.id]: [[1, 5]] });
    expect(ids(reply.entries)).to.deep.equal(ids(entries.slice(2).map((entry) => ({ v: 1, entry }))));
  });

  it('[LOG-6] with history off nothing is kept, and an entry is acknowledged without a place', async () => {
    await restart({ history: 0 });
    const [anna, , annas] = await enter('lobby');
    const entry = annas.entry('lobby', 'hello');
    expect(at(await publishEntry(anna, 'lobby', entry), 'ext', 'natter')).to.deep.equal({ id: entry.id });
    const [frame] = await anna.on(LOBBY, 1);
    expect([at(frame, 'offset'), at(frame, 'epoch')]).to.deep.equal([undefined, undefined]);
    const [, reply] = await enter('lobby');
    expect([reply.entries.length, reply.offset, reply.settings.history]).to.deep.equal([0, 0, 0]);
  });

  it('[LOG-7] nothing falls between a join’s entries and the first message after it', async () => {
    const [author, total] = [await connect(), 400];
    await author.subscribe(LOBBY);
    const burst = (from: number) =>
      author.send(
        Array.from({ length: 20 }, (_, n) => ({
          ...{ channel: LOBBY, clientId: author.clientId, id: `n${from + n}`, data: { text: `${from + n}` } },
        })),
      );
    const [client, replica] = [await connect({}), new Replica()];
    for (let from = 0; from < total / 2; from += 20) burst(from);
    const joining = join(client, replica, 'lobby');
    for (let from = total / 2; from < total; from += 20) burst(from);
    const { entries, offset } = await joining;
    await author.on(LOBBY, total);
    const live = await client.on(LOBBY, total - offset);
    const offsets = [...entries, ...live].map((frame) => at(frame, 'offset'));
    expect(offsets).to.deep.equal(Array.from({ length: offsets.length }, (_, n) => total - offsets.length + 1 + n));
    expect(entries).to.have.length(Math.min(offset, LIMITS.chunkEntries));
  });

  it('[GATE-12] a session has 64 subscriptions at most; a request for more is refused whole', async () => {
    await restart({ limitJoins: 'off' });
    const client = await connect();
    const rooms = (from: number, count: number) => Array.from({ length: count }, (_, n) => `/rooms/r${from + n}`);
    expect((await client.subscribe(rooms(0, 60))).successful).to.equal(true);
    expect(code(await client.subscribe(rooms(60, 5)))).to.equal('too_many_subscriptions');
    expect(code(await client.publish('/rooms/r60', { text: 'hi' }))).to.equal('not_a_member');
    expect((await client.subscribe(rooms(60, 4))).successful).to.equal(true);
    expect((await client.subscribe(rooms(0, 64))).successful).to.equal(true);
    expect(code(await client.subscribe('/rooms/one-more'))).to.equal('too_many_subscriptions');
  });

  it('[ROOM-11] guests: off takes none, named takes those with a name', async () => {
    await restart({ guests: 'named' });
    const client = await connect();
    expect(code(await client.subscribe(LOBBY))).to.equal('guests_off');
    expect((await client.subscribe(LOBBY, { name: 'Anna' })).successful).to.equal(true);
    await restart({ guests: 'off' });
    const refused = await keep(await RawClient.open(running.url)).handshake();
    expect([code(refused), at(refused, 'advice', 'reconnect')]).to.deep.equal(['guests_off', 'none']);
  });
});
