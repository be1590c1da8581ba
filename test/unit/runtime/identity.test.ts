import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import { guestId, type RoomName } from '../../../protocol/ids.ts';
import { messagePayload } from '../../../protocol/payloads.ts';
import { proofText } from '../../../protocol/seal.ts';
import { entryId } from '../../../server/trust/seal.ts';
import { createKeys, identityOf, isGenuine } from '../../../widget/runtime/identity.ts';

const subtle = webcrypto.subtle as unknown as SubtleCrypto;
const lobby = 'lobby' as RoomName;

async function newIdentity() {
  return identityOf(await createKeys(subtle), lobby, subtle);
}

async function oneEntry() {
  const identity = await newIdentity();
  const [sealed] = await identity.seal(null, [
    { draft: 'd', seq: 1, clock: [1, 0], payload: messagePayload({ text: 'hi' }) },
  ]);
  if (!sealed) throw new Error('nothing sealed');
  return sealed.entry;
}

describe('a replica and its entries', () => {
  it('[IDENT-1] an entry that was sealed here is genuine here and for the relay', async () => {
    const entry = await oneEntry();
    expect(await isGenuine(subtle, lobby, entry)).to.equal(true);
    expect(entryId(lobby, entry, entry.payload)).to.equal(entry.id);
  });

  it('[IDENT-1] any change to it, or another room, is seen', async () => {
    const entry = await oneEntry();
    const other = (await newIdentity()).replica;
    const forgeries = [
      { ...entry, payload: messagePayload({ text: 'ho' }) },
      { ...entry, seq: 2 },
      { ...entry, clock: [2, 0] as const },
      { ...entry, kind: 'edit' },
      { ...entry, replica: other },
      { ...entry, prev: entry.id },
    ];
    for (const forgery of forgeries)
      expect(await isGenuine(subtle, lobby, forgery), JSON.stringify(forgery)).to.equal(false);
    expect(await isGenuine(subtle, 'elsewhere' as RoomName, entry)).to.equal(false);
  });

  it('[IDENT-1] entries sealed together are chained, each to the one before', async () => {
    const identity = await newIdentity();
    const numbered = [1, 2, 3].map((seq) => ({ draft: `d${seq}`, seq, clock: [seq, 0] as const, payload: '{}' }));
    const entries = (await identity.seal(null, numbered)).map(({ entry }) => entry);
    expect(entries.map(({ prev }) => prev)).to.deep.equal([null, entries[0]?.id, entries[1]?.id]);
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
