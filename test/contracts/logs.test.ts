import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { restore, stub } from 'sinon';
import type { RoomName } from '../../protocol/ids.ts';
import { connectRedis } from '../../server/redis/connection.ts';
import { Keeping } from '../../server/redis/keeping.ts';
import { roomKeys } from '../../server/redis/keys.ts';
import { RedisLog } from '../../server/redis/log.ts';
import type { LogBounds } from '../../server/rooms/log.ts';
import { MemoryLogs } from '../../server/rooms/memory-logs.ts';
import { createRoom, type Membership } from '../../server/rooms/room.ts';
import { randomText } from '../../server/trust/secrets.ts';
import { eventually } from '../support/eventually.ts';
import { type RedisProcess, startRedis } from '../support/redis.ts';
import { A, AUTHOR, entryOf, type LogUnderTest, logContract } from './log.ts';

const ROOM = 'room' as RoomName;

async function memory(bounds: LogBounds): Promise<LogUnderTest> {
  const randomEpoch = () => randomText(9);
  const open = () => new MemoryLogs({ bounds, memory: 1e9, randomEpoch }).open(ROOM);
  let log = open();
  return {
    get log() {
      return log;
    },
    async lose() {
      log = open();
    },
    close: () => Promise.resolve(),
  };
}

logContract('memory', memory);

describe('in Redis', () => {
  let redis: RedisProcess;

  before(async () => {
    redis = await startRedis();
  });

  after(() => redis.close());

  const inRedis = async (bounds: LogBounds): Promise<LogUnderTest & { readonly commands: Redis }> => {
    await redis.client.flushall();
    const { commands, close } = connectRedis(redis.url, () => undefined);
    await new Promise((resolve) => commands.once('ready', resolve));
    const ports = {
      redis: commands,
      bounds,
      trustsCursors: true,
      deliver: () => undefined,
      onLost: () => undefined,
      onBehind: () => undefined,
    };
    return {
      log: new RedisLog(ROOM, ports),
      commands,
      async lose() {
        await redis.client.flushall();
      },
      async close() {
        close();
      },
    };
  };

  logContract('Redis', inRedis);

  it('[RED-19] entries under way when Redis loses its scripts are refused, and none comes before one sent earlier', async () => {
    const { log, close } = await inRedis({ entries: 100, bytes: 1e6, age: 1e6 });
    const append = (seq: number) => Promise.resolve(log.append(entryOf(A, seq), AUTHOR, 0));
    const answers = [await append(1)];
    await redis.client.script('FLUSH');
    answers.push(...(await Promise.all([2, 3, 4].map(append))));
    answers.push(...(await Promise.all([2, 3, 4].map(append))));
    const refused = { type: 'unavailable', offset: undefined };
    const found = answers.map((answer) => ({
      type: answer.type,
      offset: 'offset' in answer ? answer.offset : undefined,
    }));
    const taken = [1, 2, 3, 4].map((offset) => ({ type: 'appended', offset }));
    expect(found).to.deep.equal([taken[0], refused, refused, refused, ...taken.slice(1)]);
    await close();
  });

  it('[RED-3] what is appended while a join looks comes by the bus, and not in its answer, too', async () => {
    const { log, commands, close } = await inRedis({ entries: 100, bytes: 1e6, age: 1e6 });
    const first = await log.append(entryOf(A, 1), AUTHOR, 0);
    if (first.type !== 'appended') throw new Error(first.type);
    const { epoch, offset } = first;
    const multi = commands.multi.bind(commands) as Redis['multi'];
    const appended = new Promise((resolve) => {
      stub(commands, 'multi').callsFake(() => {
        restore();
        resolve(log.append(entryOf(A, 2), AUTHOR, 0)); // before the page is read
        return multi();
      });
    });
    const cursor = { epoch, offset, id: entryOf(A, 1).id };
    const opening = await log.open({ cursor, have: new Map(), replicas: new Set(), entries: true }, 0);
    expect(await appended).to.include({ type: 'appended', offset: 2 });
    expect(opening?.()).to.include({ recovered: true, offset: 1, more: false }).and.have.property('entries').that.is
      .empty;
    await close();
  });

  describe('what Redis forgets', () => {
    const HOUR = 3_600_000;
    const AGE = 7 * 24 * HOUR;
    let under: LogUnderTest;
    /** ms that the room's keys are kept; undefined for one that is not there. */
    const kept = async () => {
      const ttl = async (key: string) => {
        const ms = await redis.client.pttl(key);
        return ms === -2 ? undefined : ms;
      };
      return Object.fromEntries(
        await Promise.all(['meta', 'log', 'held', 'have'].map(async (name) => [name, await ttl(keyOf(name))])),
      );
    };
    const keyOf = (name: string) => roomKeys(ROOM)[name as 'meta' | 'log' | 'held' | 'have'];
    const open = async (now = 0) => {
      const opening = await under.log.open(
        { cursor: undefined, have: new Map(), replicas: new Set(), entries: true },
        now,
      );
      if (!opening) throw new Error('the log can not be read');
      return opening();
    };
    const append = (seq: number, now = 0) => under.log.append(entryOf(A, seq), AUTHOR, now);

    beforeEach(async () => {
      under = await inRedis({ entries: 2, bytes: 1e6, age: AGE });
    });

    afterEach(() => under.close());

    it('[RED-27] a room in which nothing was said is there for an hour after its last join', async () => {
      const { epoch } = await open();
      expect((await kept()).meta).to.be.within(HOUR - 10_000, HOUR * 1.2);
      await redis.client.pexpire(keyOf('meta'), HOUR / 2);
      expect((await open()).epoch).to.equal(epoch);
      expect((await kept()).meta).to.be.within(HOUR - 10_000, HOUR * 1.2);
      expect(await kept()).to.include({ log: undefined, held: undefined, have: undefined });
    });

    it('[RED-27] a room is there for the age of entries and an hour after its last entry or join, all of it', async () => {
      const whole = async () => {
        for (const [name, ms] of Object.entries(await kept()))
          expect(ms, name).to.be.within(AGE + HOUR - 10_000, AGE * 1.2);
      };
      const soon = () =>
        Promise.all(['meta', 'log', 'held', 'have'].map((name) => redis.client.pexpire(keyOf(name), HOUR)));
      await append(1);
      await whole();
      await soon();
      await append(2);
      await whole();
      await soon();
      await open();
      await whole();
      for (const seq of [3, 4, 5]) await append(seq);
      await whole();
      expect((await open(10 * AGE)).floor, 'all of it is too old').to.equal(6);
      await under.log.append({ ...entryOf(A, 6), clock: [10 * AGE, 0] }, AUTHOR, 10 * AGE);
      await whole();
    });

    it('[RED-27] so is one that has only been given what is too old for it', async () => {
      await under.log.forgo(entryOf(A, 1));
      const { meta, have } = await kept();
      for (const ms of [meta, have]) expect(ms).to.be.within(AGE + HOUR - 10_000, AGE * 1.2);
    });

    it('[RED-27] while somebody is in it, it is there', async () => {
      const { epoch } = await open();
      const room = createRoom(ROOM, under.log);
      const rooms = new Map([[ROOM, room]]);
      const { commands, close } = connectRedis(redis.url, () => undefined);
      const keeping = new Keeping({ redis: commands, rooms: () => rooms, age: AGE });
      const { members } = roomKeys(ROOM);
      await redis.client.hset(members, 'somebody', 'is here');
      const soon = async () => {
        for (const key of [members, keyOf('meta')]) await redis.client.pexpire(key, HOUR / 4);
        for (let parts = 2; parts > 0; parts -= 1) await keeping.step(); // of which one is the end of a round
        return [await redis.client.pttl(members), (await kept()).meta];
      };
      for (const ms of await soon()) expect(ms, 'nobody is in it here').to.be.at.most(HOUR / 4);
      room.members.set(A, {} as Membership);
      for (const ms of await soon()) expect(ms).to.be.within(HOUR - 10_000, HOUR * 1.2);
      await append(1);
      const [ofMembers, ofLog] = await soon();
      expect(ofMembers).to.be.at.most(HOUR);
      expect(ofLog).to.be.within(AGE + HOUR - 10_000, AGE * 1.2);
      expect((await open()).epoch).to.equal(epoch);
      for (const name of ['meta', 'log', 'held', 'have']) await redis.client.del(keyOf(name));
      for (let parts = 2; parts > 0; parts -= 1) await keeping.step();
      expect(await kept(), 'it makes nothing').to.include({ meta: undefined, log: undefined });
      close();
    });

    it('[RED-27] after that it begins anew', async () => {
      await append(1);
      const { epoch } = await open();
      for (const name of ['meta', 'log', 'held', 'have']) await redis.client.pexpire(keyOf(name), 1);
      await eventually(async () => expect(await redis.client.exists(keyOf('meta'))).to.equal(0), 1_000);
      const answer = await append(1);
      expect(answer).to.include({ type: 'appended', offset: 1 });
      expect(answer).to.not.include({ epoch });
    });
  });
});
