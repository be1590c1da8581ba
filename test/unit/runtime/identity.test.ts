import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import { cardBody } from '../../../protocol/cards.ts';
import type { Entry } from '../../../protocol/entry.ts';
import { guestId, type RoomName } from '../../../protocol/ids.ts';
import { payloadOf } from '../../../protocol/payloads.ts';
import { cardText, proofText } from '../../../protocol/seal.ts';
import { type HostedReplica, hostReplica } from '../../../server/trust/replica.ts';
import { isSignedBy, sealOf, signSeal } from '../../../server/trust/seal.ts';
import { localRoom } from '../../../widget/local-room.ts';
import { createKeys, identityOf } from '../../../widget/runtime/identity.ts';
import { Trust } from '../../../widget/runtime/trust.ts';
import { TestAuthority } from '../../support/certificate.ts';
import { CodeMaker } from '../../support/codes.ts';

const subtle = webcrypto.subtle as unknown as SubtleCrypto;
const lobby = 'lobby' as RoomName;
const relay = new TestAuthority();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function newIdentity(name = 'Ada') {
  const identity = await identityOf(await createKeys(subtle), lobby, subtle);
  identity.certified(relay.certify(lobby, identity.publicKey, name));
  return identity;
}

function trustIn(...relays: readonly string[]) {
  return new Trust(subtle, lobby, relays);
}

/** Whose the relay's clients take an entry to be. */
function verdictOn(entry: Entry, room = lobby) {
  return new Trust(subtle, room, [relay.relayKey]).check(entry);
}

function saying(text: string, seq = 1, at = relay.now) {
  return {
    ...{ draft: `d${seq}`, seq, clock: [at, seq] as const, kind: 'message' },
    payload: payloadOf({ kind: 'message', text }),
  };
}

function localCard(maker: CodeMaker, room: RoomName) {
  return maker.card(room, 'Ada');
}

async function oneEntry() {
  const identity = await newIdentity();
  const [sealed] = await identity.seal(null, [saying('hi')]);
  if (!sealed) throw new Error('nothing sealed');
  return sealed.entry;
}

/** An entry in the name of one replica, signed by the key of another. */
async function signedBy(signer: HostedReplica, replica = signer.replica, cert = relay.certify(lobby, signer.key)) {
  const header = { replica, seq: 1, prev: null, clock: [relay.now, 0] as const, kind: 'message' };
  const seal = sealOf(lobby, header, '{}');
  return { ...header, id: seal.id, payload: '{}', cert, sig: await signSeal(seal, signer.privateKey()) };
}

describe('a replica and its entries', () => {
  it('[INV-6] a card counts in a room without a relay alone, as the word of the key that it names', async () => {
    const maker = new CodeMaker();
    const identity = await identityOf(await createKeys(subtle), lobby, subtle, { read: localRoom.readCard });
    const body = cardBody(identity.publicKey, 'Ada');
    const card = `${body}.${await identity.sign(cardText(lobby, body))}`;
    expect(identity.certified(card)).to.include({ name: 'Ada', until: Number.POSITIVE_INFINITY });
    const [sealed] = await identity.seal(null, [saying('hi')]);
    const entry = sealed?.entry;
    if (!entry) throw new Error('nothing sealed');
    const local = localRoom.trust(subtle, lobby);
    local.learn(relay.relayKey);
    expect(await local.check(entry)).to.deep.equal({ user: guestId(entry.replica), name: 'Ada' });
    const others: Readonly<Record<string, string>> = {
      foreign: relay.certify(lobby, identity.publicKey, 'Ada'),
      'foreign, of another room': localCard(maker, 'elsewhere' as RoomName),
      'foreign, with another name': `${cardBody(identity.publicKey, 'Admin')}.${card.slice(-86)}`,
      'foreign, a bare key': identity.publicKey,
      forged: localCard(maker, lobby),
    };
    for (const [verdict, cert] of Object.entries(others))
      expect(await local.check({ ...entry, cert }), verdict).to.equal(verdict.split(',')[0]);
    for (const room of [trustIn(relay.relayKey), trustIn(identity.publicKey), trustIn(maker.key)])
      expect(await room.check(entry)).to.equal('foreign');
    expect(await local.check({ ...entry, payload: '{}' })).to.equal('forged');
  });

  it('[SIG-3] [CERT-4] an entry that was sealed here is its author’s here and for the relay', async () => {
    const entry = await oneEntry();
    expect(await verdictOn(entry)).to.deep.equal({ user: guestId(entry.replica), name: 'Ada' });
    const seal = sealOf(lobby, entry, entry.payload);
    expect(seal.id).to.equal(entry.id);
    const author = relay.certificates.read(lobby, entry.cert);
    expect(author?.replica).to.equal(entry.replica);
    expect(author && (await isSignedBy(seal, author.key, entry.sig))).to.equal(true);
  });

  it('[SIG-3] an entry that a relay made for a member without a key is that member’s', async () => {
    const host = hostReplica();
    const entry = await signedBy(host);
    expect(await verdictOn(entry)).to.deep.equal({ user: guestId(host.replica), name: 'Name' });
    const cert = relay.certify(lobby, hostReplica().key);
    expect(await verdictOn({ ...entry, cert })).to.equal('forged');
  });

  it('[IDENT-1] [SIG-3] any change to it, or another room, is seen', async () => {
    const entry = await oneEntry();
    const other = await oneEntry();
    const forgeries: readonly Entry[] = [
      { ...entry, payload: payloadOf({ kind: 'message', text: 'ho' }) },
      { ...entry, id: other.id },
      { ...entry, seq: 2 },
      { ...entry, clock: [relay.now + 1, 0] },
      { ...entry, kind: 'edit' },
      { ...entry, replica: other.replica },
      { ...entry, prev: entry.id },
      { ...entry, cert: other.cert },
      { ...entry, sig: other.sig },
      { ...entry, cert: other.cert, sig: other.sig },
      { ...entry, cert: other.cert, replica: other.replica },
      { ...entry, sig: 'A'.repeat(86) },
      ...['', 'x', '.', '\ud800'].map((sig) => ({ ...entry, sig })),
    ];
    for (const forgery of forgeries) expect(await verdictOn(forgery), JSON.stringify(forgery)).to.equal('forged');
    for (const cert of ['', 'a.b', '!', 'A'.repeat(87), 'A'.repeat(2_560), `${entry.cert}A`])
      expect(await verdictOn({ ...entry, cert }), cert).to.equal('foreign');
    expect(await verdictOn(entry, 'elsewhere' as RoomName)).to.equal('foreign');
    expect(await verdictOn(entry), 'and it still is').to.be.an('object');
  });

  it('[SIG-3] an entry in the name of one replica, well signed by another, is nobody’s', async () => {
    const [victim, thief] = [hostReplica(), hostReplica()];
    for (const { key } of [victim, thief]) {
      const forged = await signedBy(thief, victim.replica, relay.certify(lobby, key));
      expect(await verdictOn(forged)).to.equal('forged');
    }
  });

  it('[SIG-3] more authors than are kept are checked all the same', async () => {
    const entries = await Promise.all(Array.from({ length: 600 }, () => signedBy(hostReplica())));
    const trust = trustIn(relay.relayKey);
    for (const round of [1, 2]) {
      const verdicts = await Promise.all(entries.map((entry) => trust.check(entry)));
      expect(
        verdicts.every((verdict) => typeof verdict === 'object'),
        `round ${round}`,
      ).to.equal(true);
    }
  });

  it('[CERT-4] a certificate of another relay, or of none, is worth nothing, and one of the relay before still counts', async () => {
    const entry = await oneEntry();
    const other = new TestAuthority(relay.now, 'the secret of another relay');
    expect(await trustIn(other.relayKey).check(entry)).to.equal('foreign');
    expect(await trustIn().check(entry)).to.equal('foreign');
    const kept: (readonly string[])[] = [];
    const trust = new Trust(subtle, lobby, [], (relays) => kept.push(relays));
    for (const { relayKey } of [relay, other]) trust.learn(relayKey);
    trust.learn(other.relayKey);
    expect(await trust.check(entry)).to.be.an('object');
    expect(kept).to.deep.equal([[relay.relayKey], [other.relayKey, relay.relayKey]]);
  });

  it('[CERT-3] it holds from 5 minutes before its certificate to 25 hours after, and a role to 5 minutes after', async () => {
    const host = hostReplica();
    const cert = relay.certify(lobby, host.key, 'Mo', { user: 'u1', role: 'moderator' });
    const until = relay.now + 15 * MINUTE;
    const at = async (ms: number) => {
      const header = { replica: host.replica, seq: 1, prev: null, clock: [ms, 0] as const, kind: 'message' };
      const seal = sealOf(lobby, header, '{}');
      return verdictOn({ ...header, id: seal.id, payload: '{}', cert, sig: await signSeal(seal, host.privateKey()) });
    };
    const moderator = { user: 'u1', name: 'Mo', role: 'moderator' };
    for (const ms of [relay.now - 5 * MINUTE, until + 5 * MINUTE]) expect(await at(ms)).to.deep.equal(moderator);
    for (const ms of [until + 5 * MINUTE + 1, until + 25 * HOUR])
      expect(await at(ms)).to.deep.equal({ user: 'u1', name: 'Mo' });
    for (const ms of [0, relay.now - 5 * MINUTE - 1, until + 25 * HOUR + 1]) expect(await at(ms)).to.equal('forged');
  });

  it('[CERT-5] is written with the newest certificate that holds then, and says its name', async () => {
    const identity = await newIdentity('Ada');
    const before = identity.certificate();
    relay.now += 20 * MINUTE;
    identity.certified(relay.certify(lobby, identity.publicKey, 'Ada L.'));
    const sealed = await identity.seal(null, [saying('then', 1, relay.now - 20 * MINUTE), saying('now', 2)]);
    const [then, now] = sealed.map(({ entry }) => entry);
    expect(then?.cert).to.equal(before);
    expect(now && (await verdictOn(now))).to.include({ name: 'Ada L.' });
    expect(then && identity.recertified(then)).to.equal(then);
    expect(now && identity.recertified({ ...now, cert: before ?? '' })).to.deep.equal(now);
  });

  it('[CERT-5] is not written before there is a certificate', async () => {
    const identity = await identityOf(await createKeys(subtle), lobby, subtle);
    expect(identity.certified('not a certificate')).to.equal(undefined);
    const outcome = await identity.seal(null, [saying('hi')]).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(Error);
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
    for (const entry of entries) expect(await verdictOn(entry)).to.be.an('object');
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
