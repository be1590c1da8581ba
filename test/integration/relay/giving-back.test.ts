import { expect } from 'chai';
import { guestId } from '../../../protocol/ids.ts';
import type { RelayOptions } from '../../../server/index.ts';
import { at, code, type Message, RawClient, type RunningRelay, startRelay } from './bayeux-client.ts';
import { join, joined, publishEntry, Replica } from './replica.ts';

const LOBBY = '/rooms/lobby';
const HOUR = 60 * 60_000;

describe('giving the relay what it lacks', () => {
  let running: RunningRelay;
  const clients: RawClient[] = [];

  const restart = async (options: RelayOptions = {}) => {
    for (const client of clients.splice(0)) client.close();
    await running.relay.close();
    running = await startRelay(options);
  };
  const enter = async (room: string, replica?: Replica) => {
    const entered = await joined(running.url, room, replica);
    clients.push(entered[0]);
    return entered;
  };
  const give = (client: RawClient, entry: unknown, more: object = {}): Promise<Message> =>
    client.publish(LOBBY, { v: 1, entry, ...more });
  const place = (reply: Message) => at(reply, 'ext', 'natter');

  beforeEach(async () => {
    running = await startRelay();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await running.relay.close();
  });

  it('[ROOM-12] after a restart a member gives back what somebody who is gone wrote, and all get it once', async () => {
    const [gone, { self }, author] = await enter('lobby');
    const entries = [author.entry('lobby', 'one'), author.entry('lobby', 'two')];
    for (const entry of entries) await publishEntry(gone, 'lobby', entry);
    await restart();
    const [anna] = await enter('lobby');
    const [ben] = await enter('lobby');
    for (const entry of [...entries, ...entries]) {
      const reply = await give(anna, entry);
      expect(place(reply)).to.include({ id: entry.id, offset: entries.indexOf(entry) + 1 });
      expect(place(await give(ben, entry))).to.deep.equal(place(reply));
    }
    const heard = await ben.on(LOBBY, 2);
    expect(heard.map((frame) => at(frame, 'entry'))).to.deep.equal(entries);
    for (const frame of heard) {
      expect(at(frame, 'author')).to.deep.equal({ user: self.user, name: self.name });
    }
    const [, newcomer] = await enter('lobby');
    expect(newcomer.entries).to.deep.equal(heard);
    expect(ben.heard).to.have.length(2);
  });

  it('[ROOM-12] what a relay hosted before its restart is taken back, too', async () => {
    const plain = await RawClient.connect(running.url);
    clients.push(plain);
    await plain.subscribe(LOBBY, { name: 'Plain' });
    await plain.publish(LOBBY, { text: 'hosted' });
    const [frame] = await plain.on(LOBBY, 1);
    await restart();
    const [anna] = await enter('lobby');
    const reply = await give(anna, at(frame, 'entry'));
    expect(place(reply)).to.include({ offset: 1 });
  });

  it('[ROOM-13] who wrote it is what its certificate says, whoever is present', async () => {
    const [, , author] = await enter('lobby');
    const [anna] = await enter('lobby');
    await give(anna, author.certified('lobby', 'As I was').entry('lobby', 'hi'));
    const [frame] = await anna.on(LOBBY, 1);
    expect(at(frame, 'author')).to.deep.equal({ user: guestId(author.id), name: 'As I was' });
  });

  it('[ROOM-13] with an author or a place it is refused, one’s own and others’', async () => {
    const [anna, , annas] = await enter('lobby');
    const author = new Replica().certified('lobby');
    const right = { user: guestId(author.id), name: 'Name' };
    const entry = author.entry('lobby', 'hi');
    for (const stamp of [{ author: right }, { offset: 1 }, { epoch: 'e' }])
      for (const given of [entry, annas.entry('lobby', 'mine')])
        expect(code(await give(anna, given, stamp)), JSON.stringify(stamp)).to.equal('not_yours');
    expect(code(await give(anna, entry, { author: { ...right, name: ' ' } }))).to.equal('malformed');
    expect(place(await give(anna, entry))).to.include({ offset: 1 });
  });

  it('[ROOM-13] with history off, and by a member without a key, entries of others are refused', async () => {
    const entry = new Replica().certified('lobby').entry('lobby', 'hi');
    const plain = await RawClient.connect(running.url);
    clients.push(plain);
    await plain.subscribe(LOBBY);
    expect(code(await give(plain, entry))).to.equal('not_yours');
    await restart({ history: 0 });
    const [anna] = await enter('lobby');
    expect(code(await give(anna, entry))).to.equal('not_yours');
  });

  it('[ROOM-14] what is older than the room keeps is acknowledged without a place and goes to nobody', async () => {
    await restart({ historyAge: HOUR });
    const [anna, , annas] = await enter('lobby');
    const [ben] = await enter('lobby');
    const author = new Replica().certified('lobby', 'A', Date.now() - HOUR);
    const old = author.entry('lobby', 'old', { clock: [Date.now() - HOUR - 1_000, 0] });
    const young = author.entry('lobby', 'young', { clock: [Date.now() - HOUR + 60_000, 0] });
    expect(place(await give(anna, old))).to.deep.equal({ id: old.id });
    expect(code(await give(anna, { ...old, sig: young.sig }))).to.equal('bad_signature');
    expect(place(await give(anna, young))).to.include({ offset: 1 });
    const have = { [author.id]: [[1, 2]] };
    expect((await join(anna, annas, 'lobby', { have })).have).to.deep.equal(have);
    annas.certified('lobby', 'Anna', Date.now() - HOUR);
    const late = annas.entry('lobby', 'mine, and late', { clock: [Date.now() - HOUR - 1_000, 0] });
    expect(place(await publishEntry(anna, 'lobby', late))).to.include({ offset: 2 });
    const heard = await ben.on(LOBBY, 2);
    expect(heard.map((frame) => at(frame, 'entry', 'id'))).to.deep.equal([young.id, late.id]);
  });

  it('[WIRE-9] a burst that is checked side by side is acted on in its order, also around a join and a leave', async () => {
    const [watcher] = await enter('lobby');
    const client = await RawClient.connect(running.url);
    clients.push(client);
    const { clientId } = client;
    const batch = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => ({
        ...{ channel: LOBBY, clientId, id: `n${from + n}`, data: { text: `${from + n}` } },
      }));
    client.send([{ channel: '/meta/subscribe', clientId, id: 'in', subscription: LOBBY }, ...batch(0, 30)]);
    client.send([
      ...batch(30, 10),
      { channel: '/meta/unsubscribe', clientId, id: 'out', subscription: LOBBY },
      ...batch(40, 2),
    ]);
    const texts = (await watcher.on(LOBBY, 40)).map((frame) => at(frame, 'entry', 'payload'));
    expect(texts).to.deep.equal(Array.from({ length: 40 }, (_, n) => JSON.stringify({ text: `${n}` })));
    const answers = () =>
      client.frames.flatMap((frame) => JSON.parse(frame) as readonly Message[]).filter(({ id }) => id !== undefined);
    await client.until(() => answers().some(({ id }) => id === 'n41'), 2_000, 'the last answer');
    const refused = answers().filter(({ successful }) => successful === false);
    expect(refused.map(({ id }) => id)).to.deep.equal(['n40', 'n41']);
  });
});
