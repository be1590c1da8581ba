import { expect } from 'chai';
import type { UserId } from '../../../protocol/ids.ts';
import type { RelayOptions } from '../../../server/index.ts';
import { eventually, within } from '../../support/eventually.ts';
import { SECRET } from '../../support/tokens.ts';
import { at, code, metric, RawClient, type RunningRelay, startRelay } from './bayeux-client.ts';
import { Person, upTo } from './moderator.ts';
import { type Replica, readJoin } from './replica.ts';

const LOBBY = '/rooms/lobby';
const MINUTE = 60_000;
const user = (name: string) => name as UserId;

for (const history of [1_000, 0]) {
  describe(`moderation at the relay, with a history of ${history}`, () => {
    let running: RunningRelay;
    let now = Date.now();
    let mod: Person;
    let eve: Person;
    let bob: Person;
    const people: Person[] = [];

    const enter = async (...[name, role, replica]: [string, ('member' | 'moderator')?, Replica?]) => {
      const person = await Person.inLobby(running.url, name, role, replica);
      people.push(person);
      return person;
    };
    const start = async (options: RelayOptions = {}) => {
      running = await startRelay({ now: () => now, tokenKey: SECRET, history, ...options });
      mod = await enter('mod', 'moderator');
      eve = await enter('eve');
      bob = await enter('bob');
    };

    beforeEach(() => {
      now = Date.now();
    });

    afterEach(async () => {
      for (const person of people.splice(0)) person.close();
      await running.relay.close();
    });

    it('[MOD-2] refuses what a member without the role decides, and whatever else it claims', async () => {
      await start();
      const ban = { type: 'ban', user: user('bob'), have: {} } as const;
      expect(code(await eve.decide(ban))).to.equal('not_a_moderator');
      expect(at(await eve.decide({ type: 'read-only', on: true }), 'error')).to.match(/^403::/);
      expect((await bob.say('still here')).successful).to.equal(true);
      const malformed = eve.replica.entry('lobby', '', { kind: 'moderation', payload: '{"act":{"type":"ban"}}' });
      expect(code(await eve.publish(malformed))).to.equal('malformed');
    });

    it('[MOD-10] refuses what somebody who is here has another bring, dated to before the rule', async () => {
      await start();
      const other = await enter('eve');
      await mod.decide({ type: 'read-only', on: true });
      const dated = eve.replica.entry('lobby', 'dated back', { clock: [now - 1_000, 0] });
      for (const person of history > 0 ? [bob, other] : [])
        expect(code(await person.publish(dated)), person.user).to.equal('read_only');
      expect(code(await eve.publish(dated))).to.equal('read_only');
      if (history === 0) return;
      eve.close();
      await eventually(
        () => expect(bob.client.heard.some(({ data }) => at(data, 'kind') === 'leave')).to.equal(true),
        20_000,
      );
      expect((await bob.publish(dated)).successful, 'of who has left nobody can know').to.equal(true);
    });

    it('[MOD-10] refuses a muted member until its time, and lets it take back what it said', async () => {
      await start();
      await eve.say('before');
      await mod.decide({ type: 'mute', user: user('eve'), until: now + MINUTE, have: upTo(eve.replica.id, 1) });
      const refused = await eve.say('muted', { clock: [now, 5] });
      expect([code(refused), at(refused, 'error')]).to.deep.equal([
        'muted',
        '403::a moderator has muted you for a while',
      ]);
      const early = eve.replica.entry('lobby', 'dated ahead', { clock: [now + MINUTE + 1, 0] });
      expect(code(await eve.publish(early)), 'whatever time it would give its words').to.equal('muted');
      const payload = JSON.stringify({ target: 'x'.repeat(43) });
      expect((await eve.say('', { kind: 'delete', payload, clock: [now, 7] })).successful).to.equal(true);
      now += MINUTE + 1;
      expect((await eve.say('after', { clock: [now, 0] })).successful).to.equal(true);
      await bob.client.until(() => bob.texts().includes('after'), 4_000, 'the last message');
      expect(bob.texts()).to.deep.equal(['before', 'after']);
    });

    it('[MOD-10] lets moderators alone write while the room is read-only, also members without a key', async () => {
      await start();
      const plain = await RawClient.connect(running.url);
      await plain.subscribe(LOBBY, { name: 'Plain' });
      await mod.decide({ type: 'read-only', on: true });
      expect(code(await eve.say('no', { clock: [now + 5, 0] }))).to.equal('read_only');
      const backdated = eve.replica.entry('lobby', 'no', { clock: [now - 5_000, 0] });
      expect(code(await eve.publish(backdated)), 'it is not to be dated back').to.equal('read_only');
      expect(code(await plain.publish(LOBBY, { text: 'no' }))).to.equal('read_only');
      expect((await mod.say('rules')).successful).to.equal(true);
      await mod.decide({ type: 'read-only', on: false });
      now += 10;
      expect((await eve.say('yes', { clock: [now, 0] })).successful).to.equal(true);
      expect((await plain.publish(LOBBY, { text: 'yes' })).successful).to.equal(true);
      plain.close();
    });

    it('[MOD-10] lets one message of a person through in slow mode, and says when the next may come', async () => {
      await start();
      await mod.decide({ type: 'slow', seconds: 10 });
      now += 10;
      const first = eve.replica.entry('lobby', 'one', { clock: [now, 0] });
      expect((await eve.publish(first)).successful).to.equal(true);
      now += 4_000;
      const second = eve.replica.entry('lobby', 'two', { clock: [now, 0] });
      const refused = await eve.publish(second);
      expect([code(refused), at(refused, 'ext', 'natter', 'retryAfter')]).to.deep.equal(['slow_mode', 6_000]);
      expect((await eve.publish(first)).successful, 'the same again is no second one').to.equal(true);
      const reaction = JSON.stringify({ target: first.id, emoji: '👍', on: true });
      expect((await eve.say('', { kind: 'reaction', payload: reaction })).successful, 'only messages count').to.equal(
        true,
      );
      expect((await bob.say('bob')).successful).to.equal(true);
      const both = await Promise.all([mod.say('a'), mod.say('b')]);
      expect(both.map(({ successful }) => successful)).to.deep.equal([true, true]);
      now += 6_000;
      expect((await eve.publish(second)).successful).to.equal(true);
    });

    it('[MOD-10] counts two messages that come together in slow mode one after the other', async () => {
      await start();
      await mod.decide({ type: 'slow', seconds: 10 });
      const answers = await Promise.all([eve.say('one'), eve.say('two')]);
      expect(answers.map(code)).to.deep.equal([undefined, 'slow_mode']);
    });

    it('[MOD-10] what is brought again, as its answer was lost, does not start the wait of slow mode anew', async () => {
      await start();
      await mod.decide({ type: 'slow', seconds: 10 });
      const plain = await RawClient.connect(running.url);
      await plain.subscribe(LOBBY, { host: 'a-secret-of-the-client-s' });
      const said = await plain.publish(LOBBY, { text: 'one', draft: 'one' });
      now += 10_000;
      const again = await plain.publish(LOBBY, { text: 'one', draft: 'one' });
      expect(at(again, 'ext', 'natter', 'id')).to.equal(at(said, 'ext', 'natter', 'id'));
      expect((await plain.publish(LOBBY, { text: 'two', draft: 'two' })).successful).to.equal(true);
      expect(code(await plain.publish(LOBBY, { text: 'three', draft: 'three' }))).to.equal('slow_mode');
      plain.close();
    });

    it('[MOD-11] a banned member is out within a second, told by the ruling, and can not come back until unbanned', async () => {
      await start();
      await eve.say('before');
      const decided = performance.now();
      await mod.decide({ type: 'ban', user: user('eve'), have: upTo(eve.replica.id, 1) });
      await eve.client.until(
        () => eve.client.heard.some(({ data }) => at(data, 'entry', 'kind') === 'moderation'),
        1_000,
        'the ban',
      );
      await bob.client.until(
        () =>
          bob.client.heard.some(({ data }) => at(data, 'kind') === 'leave' && at(data, 'replica') === eve.replica.id),
        1_000,
        'the leave',
      );
      expect(performance.now() - decided).to.be.lessThan(1_000);
      expect(code(await eve.say('after'))).to.equal('not_a_member');
      const before = eve.client.heard.length;
      await bob.say('without eve');
      await mod.client.until(() => mod.texts().includes('without eve'), 4_000, 'what bob says');
      expect(code(await eve.join())).to.equal('banned');
      expect(eve.client.heard, 'nothing of the room reaches it').to.have.length(before);
      const again = await Person.connect(running.url, 'eve');
      people.push(again);
      expect(code(await again.join()), 'by another session and key').to.equal('banned');
      now += MINUTE;
      await mod.publish(
        mod.ruling({ type: 'unban', user: user('eve'), have: upTo(eve.replica.id, 1) }, { clock: [now, 0] }),
      );
      now += MINUTE;
      expect(code(await again.join())).to.equal(undefined);
      expect((await again.say('back', { clock: [now, 0] })).successful).to.equal(true);
    });

    it('[MOD-11] what a banned person wrote is not taken from others either, but for what the ban names', async () => {
      await start();
      const said = eve.replica.entry('lobby', 'said', { clock: [now, 0] });
      const late = eve.replica.entry('lobby', 'late', { clock: [now - 1_000, 0] });
      await mod.decide({ type: 'ban', user: user('eve'), have: upTo(eve.replica.id, 1) });
      if (history === 0) return void expect(code(await bob.publish(said))).to.equal('not_yours');
      expect(code(await bob.publish(late))).to.equal('banned');
      expect((await bob.publish(said)).successful).to.equal(true);
    });

    it('[MOD-12] a locked room lets nobody new in, and those who were inside come back', async () => {
      await start();
      await mod.decide({ type: 'lock', users: ['mod', 'eve', 'bob'].map(user) });
      const late = await Person.connect(running.url, 'late');
      people.push(late);
      expect(code(await late.join())).to.equal('room_locked');
      eve.close();
      expect((await enter('eve')).user).to.equal('eve');
      expect((await enter('mod2', 'moderator')).user).to.equal('mod2');
      expect((await bob.say('inside')).successful).to.equal(true);
      now += MINUTE;
      await mod.publish(mod.ruling({ type: 'unlock' }, { clock: [now, 0] }));
      expect(code(await late.join())).to.equal(undefined);
    });

    it('[MOD-2] a moderator is not bound by rules', async () => {
      await start();
      const other = await enter('mod2', 'moderator');
      await mod.decide({ type: 'ban', user: user('mod2'), have: {} });
      expect((await other.say('still here')).successful).to.equal(true);
    });

    it('[MOD-13] rules outlive the log’s entries and the members, and come with each join', async () => {
      await start(history === 0 ? {} : { history: 5 });
      const ban = mod.ruling({ type: 'ban', user: user('eve'), have: {} });
      await mod.publish(ban);
      for (let n = 0; n < 8; n += 1) await bob.say(`${n}`);
      for (const { client } of people) await client.call({ channel: '/meta/disconnect' });
      const again = await eventually(async () => {
        const late = await Person.connect(running.url, 'bob');
        people.push(late);
        return readJoin(await late.join());
      });
      expect(again.entries.some(({ entry }) => entry.id === ban.id)).to.equal(false);
      expect(again.rulings.map(({ entry }) => entry)).to.deep.equal([ban]);
      const back = await Person.connect(running.url, 'eve');
      people.push(back);
      expect(code(await back.join())).to.equal('banned');
    });

    it('[MOD-10] [ICE-11] what was made of a draft before a rule is acknowledged again, and no other is', async () => {
      await start();
      const plain = await RawClient.connect(running.url);
      await plain.subscribe(LOBBY, { host: 'a-secret-of-the-client-s' });
      const said = await plain.publish(LOBBY, { text: 'taken', draft: 'one' });
      await mod.decide({ type: 'read-only', on: true });
      expect(code(await plain.publish(LOBBY, { text: 'another', draft: 'two' }))).to.equal('read_only');
      const again = await plain.publish(LOBBY, { text: 'taken', draft: 'one' });
      expect(at(again, 'ext', 'natter', 'id')).to.equal(at(said, 'ext', 'natter', 'id'));
      await mod.decide({ type: 'read-only', on: false });
      expect((await plain.publish(LOBBY, { text: 'after', draft: 'three' })).successful).to.equal(true);
      await bob.client.until(() => bob.texts().includes('after'), 4_000, 'the last message');
      expect(bob.texts()).to.deep.equal(['taken', 'after']);
      plain.close();
    });

    if (history > 0) {
      it('[MOD-10] what was taken before a rule is acknowledged again, also when it has been trimmed', async () => {
        await start({ history: 3 });
        const entry = eve.replica.entry('lobby', 'taken');
        await eve.publish(entry);
        for (let n = 0; n < 5; n += 1) await bob.say(`${n}`);
        await mod.decide({ type: 'read-only', on: true });
        expect((await eve.publish(entry)).successful).to.equal(true);
        expect(code(await eve.say('another'))).to.equal('read_only');
      });
    }

    it('[MOD-13] a relay that does not know a ruling takes it from any member', async () => {
      await start();
      const ban = mod.ruling({ type: 'ban', user: user('eve'), have: {} });
      expect((await bob.publish(ban)).successful).to.equal(true);
      expect(code(await eve.join())).to.equal('banned');
      const older = mod.ruling({ type: 'unban', user: user('eve'), have: {} }, { clock: [ban.clock[0] - 1_000, 0] });
      expect((await bob.publish(older)).successful).to.equal(true);
      expect(code(await eve.join()), 'the newest by clock counts').to.equal('banned');
    });

    it('[MOD-14] a report goes to the moderators alone, with who sent it, and is counted', async () => {
      await start();
      const report = { v: 1, kind: 'report', target: 'e'.repeat(43), reason: 'rude' };
      expect((await bob.client.publish(`${LOBBY}/presence`, report)).successful).to.equal(true);
      const channel = `${LOBBY}/replicas/${mod.replica.id}`;
      const [heard] = await mod.client.on(channel, 1);
      expect(heard).to.deep.equal({ ...report, from: bob.replica.id });
      const forged = { ...report, from: eve.replica.id };
      expect(code(await bob.client.publish(`${LOBBY}/presence`, forged))).to.equal('not_yours');
      expect(code(await bob.client.publish(channel, report)), 'not past the relay').to.equal('channel_forbidden');
      await bob.say('after');
      await eve.client.until(() => eve.texts().includes('after'), 4_000, 'what bob says');
      expect(eve.client.heard.filter(({ data }) => at(data, 'kind') === 'report')).to.deep.equal([]);
      expect(await metric(running.url, 'natter_reports_total')).to.equal(1);
    });

    it('[MOD-11] whatever comes while a ban is being taken, its order is kept', async () => {
      await start();
      const both = await within(
        Promise.all([mod.decide({ type: 'ban', user: user('eve'), have: {} }), eve.say('at that moment')]),
        4_000,
        'both answers',
      );
      expect(both[0]?.successful).to.equal(true);
      await bob.say('end');
      await mod.client.until(() => mod.texts().includes('end'), 4_000, 'the end');
      expect(code(await eve.join())).to.equal('banned');
    });
  });
}
