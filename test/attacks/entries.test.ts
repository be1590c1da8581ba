import { expect } from 'chai';
import type { Entry } from '../../protocol/entry.ts';
import { guestId } from '../../protocol/ids.ts';
import { payloadOf } from '../../protocol/payloads.ts';
import { at, code, type RawClient, type RunningRelay, startRelay } from '../integration/relay/bayeux-client.ts';
import { joined, publishEntry, Replica } from '../integration/relay/replica.ts';

const LOBBY = '/rooms/lobby';

/** Rows 3 and 31 of the threat list: entries that are not what their author signed, as own ones and as others'. */
describe('attacks by entries', () => {
  let running: RunningRelay;
  let attacker: RawClient;
  let own: Replica;
  let victim: RawClient;
  let victims: Replica;

  beforeEach(async () => {
    running = await startRelay();
    [attacker, , own] = await joined(running.url, 'lobby');
    [victim, , victims] = await joined(running.url, 'lobby');
  });

  afterEach(async () => {
    attacker.close();
    victim.close();
    await running.relay.close();
  });

  /** The attacker publishes each; all must be refused. */
  const expectRefused = async (entries: Readonly<Record<string, unknown>>, expected: string) => {
    for (const [what, entry] of Object.entries(entries)) {
      const reply = await attacker.publish(LOBBY, { v: 1, entry });
      expect(code(reply), what).to.equal(expected);
      expect(reply.error, what).to.match(/^4\d\d::/);
    }
  };
  const expectNothingHeard = async () => {
    const last = victims.entry('lobby', 'last');
    expect(at(await publishEntry(victim, 'lobby', last), 'ext', 'natter', 'offset'), 'nothing was kept').to.equal(1);
    expect((await victim.on(LOBBY, 1)).map((frame) => at(frame, 'entry', 'id'))).to.deep.equal([last.id]);
    const [newcomer, reply] = await joined(running.url, 'lobby');
    newcomer.close();
    expect(reply.entries.map(({ entry }) => entry.id)).to.deep.equal([last.id]);
  };
  const changed = (entry: Entry): Readonly<Record<string, unknown>> => ({
    payload: { ...entry, payload: payloadOf({ kind: 'message', text: 'altered' }) },
    clock: { ...entry, clock: [entry.clock[0] - 1, entry.clock[1]] },
    'count of the clock': { ...entry, clock: [entry.clock[0], entry.clock[1] + 1] },
    seq: { ...entry, seq: entry.seq + 1 },
    kind: { ...entry, kind: 'poll' },
    prev: { ...entry, prev: entry.id },
    id: { ...entry, id: new Replica().entry('lobby', 'x').id },
    'one bit of the signature': { ...entry, sig: `${entry.sig.startsWith('A') ? 'B' : 'A'}${entry.sig.slice(1)}` },
    'a signature of nothing': { ...entry, sig: 'A'.repeat(86) },
    'a signature by another key': { ...entry, sig: new Replica().sign('whatever') },
    'the certificate of another': { ...entry, cert: new Replica().certified('lobby').certificates.get('lobby') },
  });

  it('[SIG-1] an own entry that was altered in anything is refused, kept nowhere and heard by nobody', async () => {
    await expectRefused(changed(own.entry('lobby', 'hi')), 'bad_signature');
    await expectNothingHeard();
  });

  it('[SIG-1] somebody else’s entry that was altered in anything, too', async () => {
    await expectRefused(changed(new Replica().certified('lobby').entry('lobby', 'hi')), 'bad_signature');
    await expectRefused(changed(victims.entry('lobby', 'hi', { seq: 9 })), 'bad_signature');
    await expectNothingHeard2();
  });

  const expectNothingHeard2 = async () => {
    const [newcomer, reply] = await joined(running.url, 'lobby');
    newcomer.close();
    expect(reply.entries).to.deep.equal([]);
    expect(victim.heard).to.deep.equal([]);
  };

  it('[ROOM-5] row 3: what the relay stamps is refused in a frame, and is the relay’s own in what others get', async () => {
    const entry = own.entry('lobby', 'hi');
    for (const forged of [
      { epoch: 'e' },
      { offset: 1 },
      { epoch: 'e', offset: 7 },
      { author: { user: 'admin', name: 'A' } },
    ]) {
      expect(code(await attacker.publish(LOBBY, { v: 1, entry, ...forged })), JSON.stringify(forged)).to.equal(
        'not_yours',
      );
    }
    for (const frame of [
      { v: 1, kind: 'join', member: { user: 'admin', name: 'Admin', replica: own.id, rtc: false } },
      { v: 1, kind: 'leave', replica: victims.id },
      { v: 1, kind: 'reset' },
      { v: 1, kind: 'typing', on: true, replica: victims.id },
    ]) {
      const reply = await attacker.publish(`${LOBBY}/presence`, frame);
      expect(code(reply), JSON.stringify(frame)).to.be.oneOf(['not_yours', 'channel_forbidden']);
    }
    expect((await attacker.publish(LOBBY, { v: 1, entry, from: victims.id, extra: 1 })).successful).to.equal(true);
    const [frame] = await victim.on(LOBBY, 1);
    expect(Object.keys(Object(frame)).sort()).to.deep.equal(['author', 'entry', 'epoch', 'offset', 'v']);
    expect([at(frame, 'author', 'user'), at(frame, 'offset')]).to.deep.equal([guestId(own.id), 1]);
  });

  it('[SIG-1] row 3: an entry in the victim’s name, signed by the attacker’s key, whatever key it shows', async () => {
    const { id: replica } = victims;
    const header = { replica, seq: 1, prev: null, clock: [Date.now(), 0] as const, kind: 'message' };
    const forged = own.seal('lobby', header, payloadOf({ kind: 'message', text: 'I am the victim' }));
    await expectRefused(
      {
        'with the attacker’s certificate': forged,
        'with the victim’s certificate': { ...forged, cert: victims.certificates.get('lobby') },
      },
      'bad_signature',
    );
    await expectNothingHeard();
  });

  it('[SIG-1] an entry of another room is refused here, by its author and by others', async () => {
    for (const replica of [own, victims]) replica.certified('elsewhere');
    const here = (entry: Entry, replica: Replica) => ({ ...entry, cert: replica.certificates.get('lobby') });
    const elsewhere = victims.entry('elsewhere', 'said in private');
    const mine = own.entry('elsewhere', 'x');
    await expectRefused({ 'of another room': here(elsewhere, victims), 'my own': here(mine, own) }, 'bad_signature');
    expect(code(await publishEntry(victim, 'lobby', here(elsewhere, victims)))).to.equal('bad_signature');
  });

  it('[SIG-1] a retry of a known entry with another payload or signature changes nothing', async () => {
    const entry = victims.entry('lobby', 'the truth');
    await publishEntry(victim, 'lobby', entry);
    const payload = payloadOf({ kind: 'message', text: 'a lie' });
    expect(code(await attacker.publish(LOBBY, { v: 1, entry: { ...entry, payload } }))).to.equal('bad_signature');
    const reply = await attacker.publish(LOBBY, { v: 1, entry: { ...entry, sig: 'A'.repeat(86) } });
    expect(at(reply, 'ext', 'natter', 'offset')).to.equal(1);
    const [newcomer, { entries }] = await joined(running.url, 'lobby');
    newcomer.close();
    expect(entries.map((frame) => [frame.entry, frame.author?.name])).to.deep.equal([
      [entry, `N ${victims.id.slice(0, 4)}`],
    ]);
  });

  it('[SIG-1] an entry without key or signature is no entry', async () => {
    const { sig, cert, ...bare } = own.entry('lobby', 'hi');
    await expectRefused({ bare, 'without key': { ...bare, sig }, 'without signature': { ...bare, cert } }, 'malformed');
  });

  it('[ROOM-13] row 3: a name for one’s own entry, or any user for somebody else’s, is refused', async () => {
    const entry = own.entry('lobby', 'hi');
    const others = new Replica().certified('lobby').entry('lobby', 'hi');
    for (const given of [entry, others])
      for (const user of [guestId(own.id), guestId(victims.id), guestId(given.replica), 'admin'])
        expect(code(await attacker.publish(LOBBY, { v: 1, entry: given, author: { user, name: 'x' } }))).to.equal(
          'not_yours',
        );
    await expectNothingHeard();
  });
});
