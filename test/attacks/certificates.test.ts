import { expect } from 'chai';
import { certificateBody, parseCertificate } from '../../protocol/certificate.ts';
import type { Entry, EntryHeader } from '../../protocol/entry.ts';
import { guestId, type RoomName } from '../../protocol/ids.ts';
import { at, code, metric, type RawClient, type RunningRelay, startRelay } from '../integration/relay/bayeux-client.ts';
import { join, joined, publishEntry, Replica } from '../integration/relay/replica.ts';
import { TestAuthority } from '../support/certificate.ts';
import { CodeMaker } from '../support/codes.ts';
import { RELAY_KEY } from '../support/relay-key.ts';

const LOBBY = '/rooms/lobby';
const PRESENCE = `${LOBBY}/presence`;
const HOUR = 60 * 60_000;

/** Rows 31, 32, 34 and 35 of the threat list, at the relay. */
describe('attacks on who somebody is', () => {
  let running: RunningRelay;
  let attacker: RawClient;
  let own: Replica;
  let victim: RawClient;
  let victims: Replica;

  beforeEach(async () => {
    running = await startRelay();
    [attacker, , own] = await joined(running.url, 'lobby');
    [victim, , victims] = await joined(running.url, 'lobby');
    for (const client of [attacker, victim]) await client.subscribe(PRESENCE);
  });

  afterEach(async () => {
    attacker.close();
    victim.close();
    await running.relay.close();
  });

  const entries = () => victim.heard.filter(({ channel }) => channel === LOBBY);
  const certificate = (replica: Replica) => replica.certificates.get('lobby') ?? '';
  /** The attacker's certificate with something else in it, under the same signature. */
  const altered = (change: object) => {
    const parsed = parseCertificate(certificate(own));
    if (!parsed.ok) throw new Error(parsed.message);
    return `${certificateBody({ ...parsed.value, ...change })}.${parsed.value.sig}`;
  };

  it('[CERT-4] [CERT-6] [INV-6] row 31: a missing, altered, expired or foreign certificate: refused, and heard by nobody', async () => {
    const entry = own.entry('lobby', 'hi');
    const stranger = new TestAuthority(Date.now(), 'the secret of another relay');
    const elsewhere = new TestAuthority(Date.now(), RELAY_KEY);
    const old = new Replica().certified('lobby', 'Old', Date.now() - 26 * HOUR);
    const coming = new Replica().certified('lobby', 'Coming', Date.now() + HOUR);
    const forged: Readonly<Record<string, Entry>> = {
      'a bare key': { ...entry, cert: own.key },
      'a card, as in rooms without a relay': { ...entry, cert: new CodeMaker().card('lobby' as RoomName) },
      'of another relay': { ...entry, cert: stranger.certify('lobby' as RoomName, own.key) },
      'of another room': { ...entry, cert: elsewhere.certify('elsewhere' as RoomName, own.key) },
      'with another name': { ...entry, cert: altered({ name: 'Admin' }) },
      'with a user': { ...entry, cert: altered({ user: 'admin' }) },
      'with a role': { ...entry, cert: altered({ role: 'moderator' }) },
      'with more time': { ...entry, cert: altered({ until: Math.ceil(Date.now() / 1000) * 1000 }) },
      'that ended a day ago': old.entry('lobby', 'hi'),
      'with a role that was taken back': {
        ...entry,
        cert: elsewhere.certify('lobby' as RoomName, own.key, 'Mo', { role: 'moderator' }),
      },
      'that has not begun': coming.entry('lobby', 'hi'),
    };
    for (const [what, forgery] of Object.entries(forged))
      expect(code(await publishEntry(attacker, 'lobby', forgery)), what).to.equal('bad_certificate');
    const re = { ...victims.entry('lobby', 'mine'), cert: certificate(own) };
    expect(code(await publishEntry(attacker, 'lobby', re)), 're-attributed').to.equal('bad_signature');
    const { cert: _cert, ...bare } = entry;
    expect(code(await publishEntry(attacker, 'lobby', bare)), 'missing').to.equal('malformed');
    expect((await publishEntry(attacker, 'lobby', entry)).successful).to.equal(true);
    await victim.on(LOBBY, 1);
    expect(entries()).to.have.length(1);
    expect(await metric(running.url, 'natter_refusals_total{code="bad_certificate"}')).to.equal(11);
  });

  it('[CERT-3] [ROOM-4] row 32: a clock 10 years ahead, NaN, negative or beyond a safe integer: refused, and nothing is after it', async () => {
    const header = (clock: unknown) => ({ replica: own.id, seq: 1, prev: null, clock, kind: 'message' }) as EntryHeader;
    const written = (clock: unknown) => own.seal('lobby', header(clock), '{"text":"x"}');
    const ahead = written([Date.now() + 10 * 365 * 24 * HOUR, 0]);
    expect(code(await publishEntry(attacker, 'lobby', ahead))).to.equal('clock_ahead');
    for (const clock of [[-1, 0], [2 ** 53, 0], [null, 0], [1, -1], [1, 2 ** 31], ['1', 0], [1], {}, 'NaN'])
      expect(
        code(await publishEntry(attacker, 'lobby', { ...written([1, 0]), clock })),
        JSON.stringify(clock),
      ).to.equal('malformed');
    const plain = await publishEntry(victim, 'lobby', victims.entry('lobby', 'after all that'));
    expect(plain.successful).to.equal(true);
    expect(
      entries()
        .map(({ data }) => at(data, 'entry', 'clock', 0))
        .every((ms) => Number(ms) <= Date.now()),
    ).to.equal(true);
  });

  it('[CERT-14] [LOG-2] row 34: one number, two bodies: the second is refused; shown to be, both are told to everyone once', async () => {
    const first = own.entry('lobby', 'one thing');
    const header = { replica: own.id, seq: first.seq, prev: null, clock: [Date.now(), 5] as const, kind: 'message' };
    const second = own.seal('lobby', header, '{"text":"another"}');
    await publishEntry(attacker, 'lobby', first);
    expect(code(await publishEntry(attacker, 'lobby', second))).to.equal('sequence_conflict');
    const proof = {
      v: 1,
      kind: 'proof',
      entries: [
        { v: 1, entry: first },
        { v: 1, entry: second },
      ],
    };
    for (let times = 0; times < 3; times += 1)
      expect((await victim.publish(PRESENCE, proof)).successful).to.equal(true);
    await victims.entry('lobby', 'x');
    const [newcomer, reply] = await joined(running.url, 'lobby');
    newcomer.close();
    expect(reply.proofs).to.deep.equal(proof.entries);
    const proofs = attacker.heard.filter(({ data }) => at(data, 'kind') === 'proof');
    expect(proofs.map(({ data }) => data)).to.deep.equal([proof]);
  });

  it('[CERT-14] row 34: a proof that is none is refused, and told to nobody', async () => {
    const one = victims.entry('lobby', 'one');
    const other = victims.entry('lobby', 'two');
    const header = { replica: victims.id, seq: one.seq, prev: null, clock: one.clock, kind: 'message' };
    const forged = own.seal('lobby', header, '{"text":"a lie"}');
    const pair = (...all: readonly Entry[]) => ({
      v: 1,
      kind: 'proof',
      entries: all.map((entry) => ({ v: 1, entry })),
    });
    const cases: readonly (readonly [string, object, string])[] = [
      ['two numbers', pair(one, other), 'malformed'],
      ['one entry twice', pair(one, one), 'malformed'],
      ['one alone', pair(one), 'malformed'],
      ['three', pair(one, forged, other), 'malformed'],
      ['signed by another', pair(one, forged), 'bad_signature'],
      ['with the victim’s certificate', pair(one, { ...forged, cert: one.cert }), 'bad_signature'],
      ['an altered text', pair(one, { ...one, id: other.id, payload: '{"text":"a lie"}' }), 'bad_signature'],
      ['without certificate', pair(one, { ...forged, cert: own.key }), 'bad_signature'],
    ];
    for (const [what, frame, expected] of cases)
      expect(code(await attacker.publish(PRESENCE, frame)), what).to.equal(expected);
    expect(code(await attacker.publish(LOBBY, pair(one, forged)))).to.equal('channel_forbidden');
    const [newcomer, reply] = await joined(running.url, 'lobby');
    newcomer.close();
    expect(reply.proofs).to.deep.equal([]);
    expect(victim.heard.filter(({ data }) => at(data, 'kind') === 'proof')).to.deep.equal([]);
  });

  it('[CERT-4] [ROOM-5] row 35: forged receipts, typing, presence and names are refused or carry their sender’s own', async () => {
    const { id } = victims;
    const channel = `${LOBBY}/replicas/${id}`;
    await victim.subscribe(channel);
    const member = { user: guestId(id), name: 'Victim', replica: id, rtc: true };
    for (const frame of [
      { v: 1, kind: 'typing', replica: id, on: true },
      { v: 1, kind: 'join', member },
      { v: 1, kind: 'leave', replica: id },
    ])
      expect(code(await attacker.publish(PRESENCE, frame)), frame.kind).to.equal('not_yours');
    const ack = { v: 1, kind: 'ack', ranges: [[1, 9]], read: 9 };
    expect(code(await attacker.publish(channel, { ...ack, from: new Replica().id }))).to.equal('not_yours');
    await attacker.publish(channel, ack);
    expect(await victim.on(channel, 1)).to.deep.equal([{ ...ack, from: own.id }]);
    const again = await join(attacker, own, 'lobby', { name: 'Victim', user: guestId(id), role: 'moderator' });
    expect(again.self).to.deep.equal({ user: guestId(own.id), name: 'Victim', replica: own.id, rtc: true });
    expect(parseCertificate(again.certificate)).to.deep.include({ ok: true });
    await publishEntry(attacker, 'lobby', own.entry('lobby', 'I am the victim'));
    const [frame] = await victim.on(LOBBY, 1);
    expect(at(frame, 'author')).to.deep.equal({ user: guestId(own.id), name: 'Victim' });
  });
});
