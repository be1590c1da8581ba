import { expect } from 'chai';
import type { RoomName } from '../../protocol/ids.ts';
import { encodeRoom } from '../../protocol/rooms.ts';
import { code, metric, RawClient, type RunningRelay, startRelay } from '../integration/relay/bayeux-client.ts';
import { Replica, readJoin } from '../integration/relay/replica.ts';

const ROOM = `enc:${'p'.repeat(21)}A` as RoomName;
const CHANNEL = `/rooms/${encodeRoom(ROOM)}`;
const ENVELOPE = `{"v":1,"key":"${'K'.repeat(11)}","nonce":"${'n'.repeat(16)}","sealed":"${'s'.repeat(40)}"}`;
const KINDS = ['message', 'edit', 'delete', 'reaction', 'void', 'a-newer-kind'] as const;

/** Row 29 of the threat list, at the relay. What a browser makes of it stands in test/browser/chat/encrypted.test.ts. */
describe('attacks on encrypted rooms', () => {
  let running: RunningRelay;
  const clients: RawClient[] = [];

  beforeEach(async () => {
    running = await startRelay({ encryptedRooms: ['secret-*', 'vault'] });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await running.relay.close();
  });

  const member = async (room: string): Promise<[RawClient, Replica]> => {
    const client = await RawClient.connect(running.url, {});
    clients.push(client);
    const replica = new Replica();
    const key = { key: replica.key, proof: replica.proof(room, client.nonce, client.clientId), rtc: true, have: {} };
    const answer = await client.subscribe(`/rooms/${encodeRoom(room as RoomName)}`, key);
    replica.certificates.set(room, readJoin(answer).certificate);
    return [client, replica];
  };
  const publish = (client: RawClient, room: string, entry: object) =>
    client.publish(`/rooms/${encodeRoom(room as RoomName)}`, { v: 1, entry });

  it('[ENC-12] row 29: an entry in the clear is refused, of every kind, and heard by nobody; an encrypted one is taken', async () => {
    const [attacker, own] = await member(ROOM);
    const [victim] = await member(ROOM);
    for (const kind of KINDS) {
      const entry = own.entry(ROOM, 'downgraded', { kind });
      expect(code(await publish(attacker, ROOM, entry)), kind).to.equal('encryption_required');
    }
    const beside = ENVELOPE.replace('}', ',"text":"downgraded"}');
    for (const payload of [beside, ` ${ENVELOPE}`, '{}', 'downgraded'])
      expect(code(await publish(attacker, ROOM, own.entry(ROOM, '', { payload }))), payload).to.equal(
        'encryption_required',
      );
    const taken = own.entry(ROOM, '', { payload: ENVELOPE, seq: 1, prev: null });
    expect((await publish(attacker, ROOM, taken)).successful).to.equal(true);
    await victim.on(CHANNEL, 1);
    expect(JSON.stringify(victim.heard)).to.include('KKKKKKKKKKK').and.not.include('downgraded');
    expect(await metric(running.url, 'natter_refusals_total{code="encryption_required"}')).to.equal(KINDS.length + 4);
  });

  it('[ENC-12] row 29: a member without a key of its own can listen to ciphertext and write nothing', async () => {
    const plain = await RawClient.connect(running.url, undefined);
    clients.push(plain);
    await plain.subscribe(CHANNEL);
    expect(code(await plain.publish(CHANNEL, { text: 'in the clear' }))).to.equal('encryption_required');
    const [client, own] = await member(ROOM);
    await publish(client, ROOM, own.entry(ROOM, '', { payload: ENVELOPE }));
    await plain.on(CHANNEL, 1);
    expect(JSON.stringify(plain.heard)).to.not.include('in the clear');
  });

  it('[ENC-13] rooms that a setting names take encrypted entries alone, whatever they are called', async () => {
    for (const room of ['vault', 'secret-plans']) {
      const [client, own] = await member(room);
      expect(code(await publish(client, room, own.entry(room, 'hi'))), room).to.equal('encryption_required');
      const sealed = own.entry(room, '', { payload: ENVELOPE, seq: 1, prev: null });
      expect((await publish(client, room, sealed)).successful, room).to.equal(true);
    }
    const [client, own] = await member('vaults');
    expect((await publish(client, 'vaults', own.entry('vaults', 'hi'))).successful).to.equal(true);
    const sealed = own.entry('vaults', '', { payload: ENVELOPE });
    expect(code(await publish(client, 'vaults', sealed)), 'nothing to show').to.equal('malformed');
  });

  it('[ENC-12] what was lost is given back as ciphertext alone', async () => {
    const [client, own] = await member(ROOM);
    const [giver] = await member(ROOM);
    const entry = own.entry(ROOM, '', { payload: ENVELOPE });
    expect((await publish(giver, ROOM, entry)).successful).to.equal(true);
    expect(code(await publish(giver, ROOM, own.entry(ROOM, 'in the clear')))).to.equal('encryption_required');
    await client.on(CHANNEL, 1);
  });
});
