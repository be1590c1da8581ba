import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import { guestId, type RoomName } from '../../../protocol/ids.ts';
import { payloadOf } from '../../../protocol/payloads.ts';
import { proofText } from '../../../protocol/seal.ts';
import { PublicKeys } from '../../../server/trust/keys.ts';
import { hostReplica } from '../../../server/trust/replica.ts';
import { isSignedBy, sealOf, signSeal } from '../../../server/trust/seal.ts';
import { createKeys, identityOf, isGenuine } from '../../../widget/runtime/identity.ts';

const subtle = webcrypto.subtle as unknown as SubtleCrypto;
const lobby = 'lobby' as RoomName;

async function newIdentity() {
  return identityOf(await createKeys(subtle), lobby, subtle);
}

function saying(text: string, seq = 1) {
  return {
    ...{ draft: `d${seq}`, seq, clock: [seq, 0] as const, kind: 'message' },
    payload: payloadOf({ kind: 'message', text }),
  };
}

async function oneEntry() {
  const identity = await newIdentity();
  const [sealed] = await identity.seal(null, [saying('hi')]);
  if (!sealed) throw new Error('nothing sealed');
  return sealed.entry;
}

describe('a replica and its entries', () => {
  it('[SIG-3] an entry that was sealed here is genuine here and for the relay', async () => {
    const entry = await oneEntry();
    expect(await isGenuine(subtle, lobby, entry)).to.equal(true);
    const seal = sealOf(lobby, entry, entry.payload);
    expect(seal.id).to.equal(entry.id);
    const author = new PublicKeys().read(entry.cert);
    expect(author?.replica).to.equal(entry.replica);
    expect(author && (await isSignedBy(seal, author.key, entry.sig))).to.equal(true);
  });

  it('[SIG-3] an entry that a relay made for a member without a key is genuine here', async () => {
    const { replica, cert, privateKey } = hostReplica();
    const header = { replica, seq: 1, prev: null, clock: [1, 0] as const, kind: 'message' };
    const seal = sealOf(lobby, header, '{}');
    const entry = { ...header, id: seal.id, payload: '{}', cert, sig: await signSeal(seal, privateKey()) };
    expect(await isGenuine(subtle, lobby, entry)).to.equal(true);
    expect(await isGenuine(subtle, lobby, { ...entry, cert: hostReplica().cert })).to.equal(false);
  });

  it('[IDENT-1] [SIG-3] any change to it, or another room, is seen', async () => {
    const entry = await oneEntry();
    const other = await oneEntry();
    const forgeries = [
      { ...entry, payload: payloadOf({ kind: 'message', text: 'ho' }) },
      { ...entry, id: other.id },
      { ...entry, seq: 2 },
      { ...entry, clock: [2, 0] as const },
      { ...entry, kind: 'edit' },
      { ...entry, replica: other.replica },
      { ...entry, prev: entry.id },
      { ...entry, cert: other.cert },
      { ...entry, sig: other.sig },
      { ...entry, cert: other.cert, sig: other.sig },
      { ...entry, cert: other.cert, replica: other.replica },
      { ...entry, sig: 'A'.repeat(86) },
      ...['', 'a.b', '!', 'A'.repeat(87), 'A'.repeat(2_048), `${entry.cert}A`].map((cert) => ({ ...entry, cert })),
      ...['', 'x', '.', '\ud800'].map((sig) => ({ ...entry, sig })),
    ];
    for (const forgery of forgeries)
      expect(await isGenuine(subtle, lobby, forgery), JSON.stringify(forgery)).to.equal(false);
    expect(await isGenuine(subtle, 'elsewhere' as RoomName, entry)).to.equal(false);
    expect(await isGenuine(subtle, lobby, entry), 'and it still is').to.equal(true);
  });

  it('[SIG-3] an entry in the name of one replica, well signed by another, is not genuine', async () => {
    const victim = hostReplica();
    const thief = hostReplica();
    const header = { replica: victim.replica, seq: 1, prev: null, clock: [1, 0] as const, kind: 'message' };
    const seal = sealOf(lobby, header, '{}');
    const forged = { ...header, id: seal.id, payload: '{}', sig: await signSeal(seal, thief.privateKey()) };
    for (const { cert } of [victim, thief]) expect(await isGenuine(subtle, lobby, { ...forged, cert })).to.equal(false);
  });

  it('[SIG-3] more authors than keys are kept are checked all the same', async () => {
    const keys = Array.from({ length: 300 }, hostReplica);
    const entries = await Promise.all(
      keys.map(async ({ replica, cert, privateKey }) => {
        const header = { replica, seq: 1, prev: null, clock: [1, 0] as const, kind: 'message' };
        const seal = sealOf(lobby, header, '{}');
        return { ...header, id: seal.id, payload: '{}', cert, sig: await signSeal(seal, privateKey()) };
      }),
    );
    for (const round of [1, 2]) {
      const verdicts = await Promise.all(entries.map((entry) => isGenuine(subtle, lobby, entry)));
      expect(verdicts.every(Boolean), `round ${round}`).to.equal(true);
    }
  });

  it('[SIG-3] entries sealed together are chained, each to the one before, and each of its kind', async () => {
    const identity = await newIdentity();
    const numbered = [saying('one', 1), { ...saying('', 2), kind: 'void', payload: '{}' }, saying('three', 3)];
    const sealed = await identity.seal(null, numbered);
    const entries = sealed.map(({ entry }) => entry);
    expect(entries.map(({ prev }) => prev)).to.deep.equal([null, entries[0]?.id, entries[1]?.id]);
    expect(sealed.map(({ draft, entry: { kind } }) => [draft, kind])).to.deep.equal([
      ['d1', 'message'],
      ['d2', 'void'],
      ['d3', 'message'],
    ]);
    for (const entry of entries) expect(await isGenuine(subtle, lobby, entry)).to.equal(true);
    const [next] = await identity.seal(entries[2]?.id ?? null, [saying('four', 4)]);
    expect(next?.entry.prev).to.equal(entries[2]?.id);
  });

  it('[ROOM-1] the key can sign and not be read', async () => {
    const stored = await createKeys(subtle);
    const identity = await identityOf(stored, lobby, subtle);
    expect(stored.keys.privateKey.extractable).to.equal(false);
    expect(identity.publicKey).to.match(/^[A-Za-z0-9_-]{87}$/);
    expect(await identity.sign(proofText(lobby, 'nonce', 'client'))).to.match(/^[A-Za-z0-9_-]{86}$/);
    expect(guestId(identity.replica)).to.match(/^g-[A-Za-z0-9_-]{22}$/);
  });
});
