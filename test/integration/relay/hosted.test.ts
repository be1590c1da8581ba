import { expect } from 'chai';
import type { RoomName } from '../../../protocol/ids.ts';
import type { JoinReply } from '../../../protocol/join.ts';
import type { RelayOptions } from '../../../server/index.ts';
import { hostedScalar, hostReplica } from '../../../server/trust/replica.ts';
import { at, code, RawClient, type RunningRelay, startRelay } from './bayeux-client.ts';
import { joined, readJoin } from './replica.ts';

const LOBBY = '/rooms/lobby';
const HOST = 'a-secret-of-the-client-s';

describe('members without a key that come again', () => {
  let running: RunningRelay;
  const clients: RawClient[] = [];
  const start = async (options: RelayOptions = {}) => {
    running = await startRelay(options);
  };
  const enter = async (natter: object = { host: HOST }): Promise<[RawClient, JoinReply]> => {
    const client = await RawClient.connect(running.url, {});
    clients.push(client);
    return [client, readJoin(await client.subscribe(LOBBY, natter))];
  };
  const textsOf = (reply: JoinReply) =>
    reply.entries.map(({ entry }) => `${entry.seq} ${JSON.parse(entry.payload).text ?? entry.kind}`);

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await running.relay.close();
  });

  it('[ICE-12] go on as the same replica, after its last number, by their secret alone', async () => {
    await start();
    const [first, { self }] = await enter();
    await first.publish(LOBBY, { text: 'one' });
    await first.publish(LOBBY, { text: 'two' });
    const [second, again] = await enter();
    expect(again.self.replica).to.equal(self.replica);
    expect(textsOf(again)).to.deep.equal(['1 one', '2 two']);
    await second.publish(LOBBY, { text: 'three' });
    expect(code(await first.publish(LOBBY, { text: 'from the session before' }))).to.equal('not_a_member');
    const [, other] = await enter({ host: `${HOST}-another` });
    expect(other.self.replica).not.to.equal(self.replica);
    expect(textsOf(other)).to.deep.equal(['1 one', '2 two', '3 three']);
  });

  it('[ICE-12] go on after what they have themselves seen, where the log has less', async () => {
    await start();
    const [client, { self }] = await enter({ host: HOST, after: 41 });
    await client.publish(LOBBY, { text: 'next' });
    expect(
      (await client.on(LOBBY, 1)).map((frame) => [at(frame, 'entry', 'seq'), at(frame, 'entry', 'replica')]),
    ).to.deep.equal([[42, self.replica]]);
  });

  it('[ICE-12] get by cursor and have what they lack, as others do', async () => {
    await start();
    const [first, { self }] = await enter();
    await first.publish(LOBBY, { text: 'one' });
    const [frame] = await first.on(LOBBY, 1);
    await first.publish(LOBBY, { text: 'two' });
    const [, byHave] = await enter({ host: HOST, have: { [self.replica]: [[1, 1]] } });
    expect(textsOf(byHave)).to.deep.equal(['2 two']);
    const cursor = { epoch: at(frame, 'epoch'), offset: 1, id: at(frame, 'entry', 'id') };
    const [, byCursor] = await enter({ host: HOST, cursor });
    expect([byCursor.recovered, textsOf(byCursor)]).to.deep.equal([true, ['2 two']]);
  });

  for (const history of [1_000, 0]) {
    it(`[ICE-11] retries are no second entry, history ${history}`, async () => {
      await start({ history });
      const [watcher] = await joined(running.url, 'lobby');
      clients.push(watcher);
      const [client] = await enter();
      const say = (text: string, draft: string) => client.publish(LOBBY, { text, draft });
      const answers = await Promise.all([say('hi', 'd1'), say('hi', 'd1'), say('there', 'd2'), say('hi', 'd1')]);
      const ids = answers.map((answer) => at(answer, 'ext', 'natter', 'id'));
      expect([ids[1], ids[3]]).to.deep.equal([ids[0], ids[0]]);
      expect(ids[2]).not.to.equal(ids[0]);
      await say('end', 'd3');
      const heard = await watcher.on(LOBBY, 3);
      expect(heard.map((frame) => JSON.parse(String(at(frame, 'entry', 'payload'))))).to.deep.equal([
        { text: 'hi', draft: 'd1' },
        { text: 'there', draft: 'd2' },
        { text: 'end', draft: 'd3' },
      ]);
      const seqs = heard.map((frame) => Number(at(frame, 'entry', 'seq')));
      expect(seqs).to.deep.equal([...seqs].sort((a, b) => a - b));
      expect(new Set(seqs).size).to.equal(3);
    });
  }

  it('[ICE-11] retries are no second entry in the next session either', async () => {
    await start();
    const [first] = await enter();
    const made = await first.publish(LOBBY, { text: 'hi', draft: 'd1' });
    const [second] = await enter();
    const again = await second.publish(LOBBY, { text: 'hi', draft: 'd1' });
    expect(at(again, 'ext', 'natter')).to.deep.equal(at(made, 'ext', 'natter'));
    await second.publish(LOBBY, { text: 'next', draft: 'd2' });
    expect(textsOf((await enter({ host: `${HOST}-another` }))[1])).to.deep.equal(['1 hi', '2 next']);
  });

  it('[ICE-11] another’s draft is not theirs: its name keeps nobody from being heard', async () => {
    await start();
    const [ada] = await enter();
    const [bob] = await enter({ host: `${HOST}-of-bob` });
    await ada.publish(LOBBY, { text: 'mine', draft: 'd1' });
    await bob.publish(LOBBY, { text: 'also mine', draft: 'd1' });
    expect(
      (await ada.on(LOBBY, 2)).map((frame) => JSON.parse(String(at(frame, 'entry', 'payload'))).text),
    ).to.deep.equal(['mine', 'also mine']);
  });

  it('[ICE-11] edits, deletes and reactions are made like texts, and nothing else', async () => {
    await start();
    const [client] = await enter();
    const target = at(await client.publish(LOBBY, { text: 'hi' }), 'ext', 'natter', 'id');
    const bodies = [
      { kind: 'edit', target, text: 'hello' },
      { kind: 'reaction', target, emoji: '👍', on: true },
      { kind: 'delete', target },
    ];
    for (const body of bodies) expect((await client.publish(LOBBY, body)).successful, body.kind).to.equal(true);
    expect((await client.on(LOBBY, 4)).map((frame) => at(frame, 'entry', 'kind'))).to.deep.equal([
      'message',
      'edit',
      'reaction',
      'delete',
    ]);
    for (const kind of ['void', 'moderation', 'poll'])
      expect(code(await client.publish(LOBBY, { kind, text: 'x' })), kind).to.equal('malformed');
  });

  it('[ICE-12] where there is no log nobody comes again: numbers would be used twice', async () => {
    await start({ history: 0 });
    const [, first] = await enter();
    const [, second] = await enter();
    expect(second.self.replica).not.to.equal(first.self.replica);
  });

  it('[ICE-12] their keys take both secrets and the room, and are on the curve', () => {
    const scalars = [
      hostedScalar('relay', 'a' as RoomName, 'client'),
      hostedScalar('other', 'a' as RoomName, 'client'),
      hostedScalar('relay', 'b' as RoomName, 'client'),
      hostedScalar('relay', 'a' as RoomName, 'other'),
    ];
    const replicas = scalars.map((scalar) => hostReplica(scalar).replica);
    expect(new Set(replicas).size).to.equal(4);
    expect(hostReplica(hostedScalar('relay', 'a' as RoomName, 'client')).replica).to.equal(replicas[0]);
    for (const scalar of scalars) expect(scalar).to.have.length(32);
  });
});
