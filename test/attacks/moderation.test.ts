import { expect } from 'chai';
import type { Entry } from '../../protocol/entry.ts';
import type { RoomName, UserId } from '../../protocol/ids.ts';
import { payloadOf } from '../../protocol/payloads.ts';
import { at, code, RawClient, type RunningRelay, startRelay } from '../integration/relay/bayeux-client.ts';
import { Person, upTo } from '../integration/relay/moderator.ts';
import { Replica } from '../integration/relay/replica.ts';
import { TestAuthority } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { RELAY_KEY } from '../support/relay-key.ts';
import { SECRET } from '../support/tokens.ts';

const LOBBY = '/rooms/lobby';
const EVE = 'eve' as UserId;

/** Row 36 of the threat list, at the relay; for open links see test/browser/chat/banned.test.ts. */
describe('attacks by the banned, and by those who would ban', () => {
  let running: RunningRelay;
  let mod: Person;
  let eve: Person;
  let bob: Person;
  const people: Person[] = [];

  const enter = async (...args: Parameters<typeof Person.inLobby>) => {
    const person = await Person.inLobby(...args);
    people.push(person);
    return person;
  };

  beforeEach(async () => {
    running = await startRelay({ tokenKey: SECRET });
    mod = await enter(running.url, 'mod', 'moderator');
    eve = await enter(running.url, 'eve');
    bob = await enter(running.url, 'bob');
  });

  afterEach(async () => {
    for (const person of people.splice(0)) person.close();
    await running.relay.close();
  });

  const isBob = (text: string) => bob.client.until(() => bob.texts().includes(text), 4_000, text);

  it('[MOD-17] [MOD-11] row 36: a banned member is unseen within a second, on every channel and by every means', async () => {
    await eve.say('before');
    await isBob('before');
    let said = 0;
    const flood = setInterval(() => {
      said += 1;
      void eve.say(`flood ${said}`).catch(() => undefined);
    }, 5);
    const have = upTo(eve.replica.id, 1);
    await mod.decide({ type: 'ban', user: EVE, have });
    const decided = performance.now();
    await eventually(async () => expect(code(await eve.join())).to.equal('banned'), 1_000);
    await bob.say('mark');
    await isBob('mark');
    expect(performance.now() - decided).to.be.lessThan(1_000);
    const heard = bob.texts().length;
    const before = eve.client.heard.length;
    const presence = { v: 1, kind: 'typing', on: true };
    const signal = { v: 1, kind: 'ack', ranges: [[1, 1]] };
    expect(code(await eve.client.publish(`${LOBBY}/presence`, presence))).to.equal('not_a_member');
    expect(code(await eve.client.publish(`${LOBBY}/replicas/${bob.replica.id}`, signal))).to.equal('not_a_member');
    for (const channel of [`${LOBBY}/presence`, `${LOBBY}/replicas/${eve.replica.id}`])
      expect(code(await eve.client.subscribe(channel))).to.equal('not_a_member');
    const other = await Person.connect(running.url, 'eve', 'member', new Replica());
    people.push(other);
    expect(code(await other.join())).to.equal('banned');
    clearInterval(flood);
    await bob.say('end');
    await isBob('end');
    expect(bob.texts().slice(heard), 'nothing more came').to.deep.equal(['end']);
    expect(eve.client.heard.slice(before), 'and nothing went to the banned').to.deep.equal([]);
  });

  it('[MOD-11] row 36: a friend who gives the relay what the banned wrote later is refused, whatever its clock', async () => {
    await eve.say('before');
    await mod.decide({ type: 'ban', user: EVE, have: upTo(eve.replica.id, 1) });
    for (const clock of [Date.now(), Date.now() - 60_000, Date.now() + 60_000]) {
      const entry = eve.replica.entry('lobby', 'after', { clock: [clock, 0] });
      expect(code(await bob.publish(entry))).to.equal('banned');
    }
  });

  it('[MOD-2] row 36: who is no moderator bans nobody: not with a forged role, an altered act, a former role', async () => {
    const act = { type: 'ban', user: 'bob' as UserId, have: {} } as const;
    const genuine = mod.ruling({ ...act, user: EVE });
    const altered: Entry = { ...genuine, payload: payloadOf({ kind: 'moderation', act }) };
    const claimed = eve.ruling(act);
    const stranger = new TestAuthority(Date.now(), 'the secret of another relay');
    const old = new TestAuthority(Date.now() - 3_600_000, RELAY_KEY);
    const certify = (authority: TestAuthority) =>
      authority.certify('lobby' as RoomName, eve.replica.key, 'eve', { user: 'eve', role: 'moderator' });
    const forged: Readonly<Record<string, Entry>> = {
      'of a member': claimed,
      'with its letter changed': { ...claimed, cert: claimed.cert.replace('.m.', '.o.') },
      'by a relay that is none': { ...claimed, cert: certify(stranger) },
      'of an hour ago': { ...claimed, cert: certify(old) },
      'with a role that was taken back': { ...claimed, cert: certify(new TestAuthority(Date.now(), RELAY_KEY)) },
      'signed by another': { ...eve.ruling(act), cert: mod.replica.certificates.get('lobby') ?? '' },
      'changed on its way': altered,
    };
    for (const [name, entry] of Object.entries(forged)) {
      expect(code(await eve.publish(entry)), name).to.be.oneOf(['not_a_moderator', 'bad_certificate', 'bad_signature']);
    }
    expect((await bob.say('still here')).successful).to.equal(true);
  });

  it('[MOD-1] row 11: acts of any shape are refused with a code, and the room goes on', async () => {
    const shapes: readonly unknown[] = [
      ...[null, 0, '', [], {}, { act: null }, { act: [] }, { act: { type: ['ban'] } }, { act: { type: '__proto__' } }],
      ...['__proto__', 'constructor', 'toString'].map((user) => ({
        act: { type: 'ban', user, have: { __proto__: [[1, 2]] } },
      })),
      { act: { type: 'ban', user: EVE, have: { constructor: [[1, 1]] } } },
      { act: { type: 'mute', user: EVE, have: {}, until: 1e308 } },
      { act: { type: 'slow', seconds: 1e9 } },
    ];
    for (const shape of shapes) {
      const entry = mod.replica.entry('lobby', '', { kind: 'moderation', payload: JSON.stringify(shape) });
      const reply = await mod.publish(entry);
      if (reply.successful !== true) expect(code(reply), JSON.stringify(shape)).to.equal('malformed');
    }
    expect((await eve.say('still here')).successful).to.equal(true);
    expect(Object.getOwnPropertyNames(Object.prototype)).to.not.include('have');
  });

  it('[MOD-14] row 35: a report can not be sent in another’s name, nor to who is no moderator', async () => {
    const report = { v: 1, kind: 'report', target: 'e'.repeat(43) };
    expect(code(await eve.client.publish(`${LOBBY}/presence`, { ...report, from: bob.replica.id }))).to.equal(
      'not_yours',
    );
    expect(code(await eve.client.publish(`${LOBBY}/replicas/${bob.replica.id}`, report))).to.equal('channel_forbidden');
    const outsider = await RawClient.connect(running.url);
    expect(code(await outsider.publish(`${LOBBY}/presence`, report))).to.equal('not_a_member');
    outsider.close();
    await bob.say('end');
    await isBob('end');
    expect(bob.client.heard.filter(({ data }) => at(data, 'kind') === 'report')).to.deep.equal([]);
  });
});
