import { expect } from 'chai';
import type { UserId } from '../../../protocol/ids.ts';
import type { Act } from '../../../protocol/moderation.ts';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { SECRET } from '../../support/tokens.ts';
import { at, code, RawClient, type RunningRelay, startRelay } from '../relay/bayeux-client.ts';
import { Person, upTo } from '../relay/moderator.ts';
import { readJoin } from '../relay/replica.ts';

const EVE = 'eve' as UserId;

for (const history of [1_000, 0]) {
  describe(`moderation at relays on one Redis, with a history of ${history}`, () => {
    let redis: RedisProcess;
    let running: RunningRelay[] = [];
    const people: Person[] = [];

    before(async () => {
      redis = await startRedis();
    });

    const start = async () => {
      const relay = await startRelay({ redisUrl: redis.url, tokenKey: SECRET, history });
      running.push(relay);
      return relay.url;
    };
    const enter = async (...args: Parameters<typeof Person.inLobby>) => {
      const person = await Person.inLobby(...args);
      people.push(person);
      return person;
    };
    const stop = async () => {
      for (const person of people.splice(0)) person.close();
      await Promise.all(running.map(({ relay }) => relay.close()));
      running = [];
    };

    afterEach(async () => {
      await stop();
      await redis.client.flushall();
    });

    after(() => redis.close());

    it('[MOD-11] [MOD-13] a ban at one relay takes the banned out of the room at another, and holds after all have ended', async () => {
      const [a, b] = [await start(), await start()];
      const mod = await enter(a, 'mod', 'moderator');
      const [eve, bob] = [await enter(b, 'eve'), await enter(b, 'bob')];
      await eve.say('before');
      const decided = performance.now();
      await mod.decide({ type: 'ban', user: EVE, have: upTo(eve.replica.id, 1) });
      await bob.client.until(
        () =>
          bob.client.heard.some(({ data }) => at(data, 'kind') === 'leave' && at(data, 'replica') === eve.replica.id),
        1_000,
        'the leave',
      );
      expect(performance.now() - decided).to.be.lessThan(1_000);
      await eve.client.until(
        () => eve.client.heard.some(({ data }) => at(data, 'entry', 'kind') === 'moderation'),
        1_000,
        'the ban',
      );
      expect(code(await eve.say('after'))).to.equal('not_a_member');
      expect([code(await eve.join()), code(await (await connect(a)).join())]).to.deep.equal(['banned', 'banned']);
      await stop();
      const later = await start();
      expect(code(await (await connect(later)).join())).to.equal('banned');
      const again = await Person.connect(later, 'bob');
      people.push(again);
      expect(readJoin(await again.join()).rulings).to.have.length(1);
    });

    it('[MOD-10] [MOD-12] [MOD-13] mute, read-only, slow mode and lock bind at the other relay, and at one that starts later', async () => {
      const [a, b] = [await start(), await start()];
      const mod = await enter(a, 'mod', 'moderator');
      const [bob, ada] = [await enter(b, 'bob'), await enter(b, 'ada')];
      const told = async (act: Act, { client }: Person = bob) => {
        await mod.decide(act);
        const isTold = () => client.heard.some(({ data }) => String(at(data, 'entry', 'payload')).includes(act.type));
        await client.until(isTold, 1_000, act.type);
      };
      await told({ type: 'mute', user: 'bob' as UserId, until: Date.now() + 600_000, have: {} });
      expect([code(await bob.say('no')), code(await ada.say('yes'))]).to.deep.equal(['muted', undefined]);
      await told({ type: 'slow', seconds: 60 });
      expect([code(await ada.say('one')), code(await ada.say('two'))]).to.deep.equal([undefined, 'slow_mode']);
      await told({ type: 'read-only', on: true });
      expect(code(await ada.say('closed'))).to.equal('read_only');
      await told({ type: 'lock', users: ['bob' as UserId, 'ada' as UserId] });
      expect(code(await (await connect(b)).join())).to.equal('room_locked');
      await stop();
      const later = await start();
      expect(code(await (await connect(later)).join())).to.equal('room_locked');
      const again = await enter(later, 'bob');
      expect(code(await again.say('no'))).to.equal('muted');
      const other = await enter(later, 'ada');
      expect(code(await other.say('closed'))).to.equal('read_only');
    });

    it('[MOD-13] of two relays’ rulings the newest by clock is kept, whichever comes first', async () => {
      const [a, b] = [await start(), await start()];
      const mods = [await enter(a, 'mod', 'moderator'), await enter(b, 'mod2', 'moderator')] as const;
      const now = Date.now();
      const ban = mods[0].ruling({ type: 'ban', user: EVE, have: {} }, { clock: [now, 1] });
      const unban = mods[1].ruling({ type: 'unban', user: EVE, have: {} }, { clock: [now - 500, 0] });
      await mods[0].publish(ban);
      await mods[1].publish(unban);
      await stop();
      const later = await start();
      expect(code(await (await connect(later)).join())).to.equal('banned');
    });

    if (history > 0) {
      it('[MOD-10] a message that was taken before the room was closed is acknowledged again, and no other is', async () => {
        const a = await start();
        const [mod, bob] = [await enter(a, 'mod', 'moderator'), await enter(a, 'bob')];
        const entry = bob.replica.entry('lobby', 'taken', { clock: [Date.now(), 0] });
        const first = await bob.publish(entry);
        await mod.decide({ type: 'read-only', on: true });
        expect(at(await bob.publish(entry), 'ext', 'natter')).to.deep.equal(at(first, 'ext', 'natter'));
        expect(code(await bob.say('another'))).to.equal('read_only');
      });

      it('[MOD-10] [ICE-11] so is a draft of which another relay has made an entry before, and no other', async () => {
        const [a, b] = [await start(), await start()];
        const mod = await enter(a, 'mod', 'moderator');
        const sayAt = async (url: string, draft: string) => {
          const client = await RawClient.connect(url);
          await client.subscribe('/rooms/lobby', { host: 'a-secret-of-the-client-s' });
          const answer = await client.publish('/rooms/lobby', { text: draft, draft });
          client.close();
          return answer;
        };
        const first = await sayAt(a, 'taken');
        await mod.decide({ type: 'read-only', on: true });
        expect(at(await sayAt(b, 'taken'), 'ext', 'natter')).to.deep.equal(at(first, 'ext', 'natter'));
        expect(code(await sayAt(b, 'another'))).to.equal('read_only');
      });

      it('[MOD-10] slow mode counts no wait from what is brought again, whoever spoke since', async () => {
        let now = Date.now();
        const relay = await startRelay({ redisUrl: redis.url, tokenKey: SECRET, history, now: () => now });
        running.push(relay);
        const [mod, bob, eve] = [
          await enter(relay.url, 'mod', 'moderator'),
          await enter(relay.url, 'bob'),
          await enter(relay.url, 'eve'),
        ];
        await mod.decide({ type: 'slow', seconds: 5 });
        const entry = bob.replica.entry('lobby', 'one', { clock: [now, 0] });
        expect((await bob.publish(entry)).successful).to.equal(true);
        now += 6_000;
        expect((await eve.say('two', { clock: [now, 0] })).successful).to.equal(true);
        expect((await bob.publish(entry)).successful).to.equal(true);
        expect((await bob.say('three', { clock: [now, 0] })).successful).to.equal(true);
        expect(code(await bob.say('four', { clock: [now, 1] }))).to.equal('slow_mode');
        expect((await bob.publish(entry)).successful, 'the first again').to.equal(true);
        expect(code(await bob.say('five', { clock: [now, 2] }))).to.equal('slow_mode');
      });

      it('[MOD-10] while Redis is away nobody is told for good that what they bring again breaks a rule', async () => {
        const a = await start();
        const [mod, bob] = [await enter(a, 'mod', 'moderator'), await enter(a, 'bob')];
        const plain = await RawClient.connect(a);
        await plain.subscribe('/rooms/lobby', { host: 'a-secret-of-the-client-s' });
        const entry = bob.replica.entry('lobby', 'taken');
        const again = () => [bob.publish(entry), plain.publish('/rooms/lobby', { text: 'taken', draft: 'one' })];
        const firsts = await Promise.all(again());
        await mod.decide({ type: 'read-only', on: true });
        redis.signal('SIGSTOP');
        try {
          expect((await Promise.all(again())).map(code)).to.deep.equal(['overloaded', 'overloaded']);
        } finally {
          redis.signal('SIGCONT');
        }
        await eventually(async () => {
          const answers = (await Promise.all(again())).map((answer) => at(answer, 'ext', 'natter'));
          expect(answers).to.deep.equal(firsts.map((answer) => at(answer, 'ext', 'natter')));
        }, 10_000);
        plain.close();
      });
    }

    it('[MOD-18] of a login that was revoked members hear at each relay that it is cut, of others that they left', async () => {
      const [a, b] = [await start(), await start()];
      const [eve, ada] = [await enter(a, 'eve'), await enter(a, 'ada')];
      const others = [await enter(a, 'bob'), await enter(b, 'cyd')];
      await running[1]?.relay.revoke({ user: 'eve' });
      await ada.client.call({ channel: '/meta/disconnect' });
      for (const { client } of others) {
        const leave = ({ replica }: Person) => client.heard.find(({ data }) => isLeave(data, replica.id))?.data;
        await client.until(() => leave(eve) !== undefined && leave(ada) !== undefined, 4_000, 'both leaves');
        expect([at(leave(eve), 'cut'), at(leave(ada), 'cut')]).to.deep.equal([true, undefined]);
      }
    });

    it('[MOD-14] a report reaches a moderator at another relay', async () => {
      const [a, b] = [await start(), await start()];
      const [mod, bob] = [await enter(a, 'mod', 'moderator'), await enter(b, 'bob')];
      await eventually(async () => {
        await bob.client.publish('/rooms/lobby/presence', { v: 1, kind: 'report', target: 'e'.repeat(43) });
        expect(mod.client.heard.some(({ data }) => at(data, 'kind') === 'report')).to.equal(true);
      });
    });

    const connect = async (url: string) => {
      const person = await Person.connect(url, 'eve');
      people.push(person);
      return person;
    };
  });
}

function isLeave(data: unknown, replica: string): boolean {
  return at(data, 'kind') === 'leave' && at(data, 'replica') === replica;
}
