import { expect } from 'chai';
import type { Entry } from '../../protocol/entry.ts';
import type { Have, Ranges } from '../../protocol/have.ts';
import type { EntryId, ReplicaId, UserId } from '../../protocol/ids.ts';
import type { Cursor } from '../../protocol/join.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { LogBounds } from '../../server/rooms/log.ts';
import type { Opening, Page, RoomLog } from '../../server/rooms/room-log.ts';

/** One room's log, fresh. */
export interface LogUnderTest {
  readonly log: RoomLog;
  /** Loses all that the log holds, as a restart does. */
  lose(): Promise<void>;
  close(): Promise<void>;
}

export type MakeLog = (bounds: LogBounds) => Promise<LogUnderTest>;

export const AUTHOR = { user: 'g-a' as UserId, name: 'A' };
export const A = 'A'.repeat(22) as ReplicaId;
const B = 'B'.repeat(22) as ReplicaId;
const BOUNDS: LogBounds = { entries: 1000, bytes: 4 * 1024 * 1024, age: 60_000 };
const OTHER = 'o'.repeat(43) as EntryId;
const NOTHING: Have = new Map();

/** What every log does, wherever it is kept. */
export function logContract(name: string, make: MakeLog): void {
  describe(`log contract: ${name}`, () => {
    let under: LogUnderTest;
    let log: RoomLog;
    const start = async (bounds: Partial<LogBounds> = {}) => {
      under = await make({ ...BOUNDS, ...bounds });
      log = under.log;
    };
    const append = (entry: Entry, now = 0) => log.append(entry, AUTHOR, now);
    const fill = async (count: number, payload?: string) => {
      for (let seq = 1; seq <= count; seq += 1) await append(entryOf(A, seq, payload));
    };
    const open = async (have: Have = NOTHING, cursor?: Cursor, now = 0): Promise<Opening> => {
      const answer = await log.open({ cursor, have, replicas: new Set([A, B]), entries: true }, now);
      if (!answer) throw new Error('the log can not be read');
      return answer();
    };

    afterEach(() => under.close());

    it('[LOG-1] [LOG-2] an append is done once; another body is a conflict', async () => {
      await start();
      const { epoch } = await open();
      const first = await append(entryOf(A, 1));
      expect(first).to.include({ type: 'appended', epoch, offset: 1 });
      expect(await append(entryOf(B, 1))).to.include({ type: 'appended', epoch, offset: 2 });
      expect(await append(entryOf(A, 1))).to.deep.equal({ type: 'known', epoch, offset: 1 });
      expect(await append({ ...entryOf(A, 1), id: OTHER })).to.deep.equal({ type: 'conflict' });
      const { offset, floor, entries } = await open();
      expect([offset, floor, entries.length]).to.deep.equal([2, 1, 2]);
      expect(entries[0]).to.deep.equal({ v: 1, entry: entryOf(A, 1), author: AUTHOR, epoch, offset: 1 });
    });

    it('[RED-19] [LOG-1] many appends under way are done and answered in their order, the refused ones among them', async () => {
      await start();
      const entries = [1, 2, 3, 3, 4, 2, 5].map((seq, n) =>
        n === 3 ? { ...entryOf(A, seq), id: OTHER } : entryOf(A, seq),
      );
      const answered: number[] = [];
      const appended = await Promise.all(
        entries.map(async (entry, n) => {
          const answer = await append(entry);
          answered.push(n);
          return answer;
        }),
      );
      expect(appended.map((answer) => ('offset' in answer ? answer.offset : answer.type))).to.deep.equal([
        1,
        2,
        3,
        'conflict',
        4,
        2,
        5,
      ]);
      expect(answered).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
    });

    it('[ICE-11] with a draft an append is done once for each draft of a replica, while the log holds it', async () => {
      await start({ entries: 3 });
      const { epoch } = await open();
      const say = (replica: ReplicaId, seq: number, draft: string) =>
        log.append(entryOf(replica, seq), AUTHOR, 0, draft);
      expect(await say(A, 1, 'one')).to.include({ type: 'appended', offset: 1 });
      const twin = { type: 'known', epoch, offset: 1, id: entryOf(A, 1).id };
      expect(await say(A, 2, 'one'), 'under the next number').to.deep.equal(twin);
      expect(await log.append({ ...entryOf(A, 1), id: OTHER }, AUTHOR, 0, 'one'), 'under the same').to.deep.equal(twin);
      expect(await say(A, 2, 'two')).to.include({ type: 'appended', offset: 2 });
      expect(await say(B, 1, 'one'), 'of another replica').to.include({ type: 'appended', offset: 3 });
      expect(await append(entryOf(A, 3))).to.include({ type: 'appended', offset: 4 });
      const { entries, floor } = await open();
      expect([entries.length, floor]).to.deep.equal([3, 2]);
      const find = async (replica: ReplicaId, draft: string) => log.find(entryOf(replica, 9), draft);
      const none = { type: 'new' };
      expect([await find(A, 'one'), await find(A, 'three'), await find(B, 'two')]).to.deep.equal([none, none, none]);
      expect(await find(A, 'two')).to.deep.equal({ type: 'known', epoch, offset: 2, id: entryOf(A, 2).id });
      expect(await say(A, 4, 'one'), 'the log has forgotten it').to.include({ type: 'appended', offset: 5 });
      expect(await say(A, 5, 'one')).to.include({ type: 'known', offset: 5 });
    });

    it('[MOD-10] it knows what it holds or held, and nothing else under that number', async () => {
      await start({ entries: 2 });
      await fill(4);
      const known = [entryOf(A, 4), entryOf(A, 1), { ...entryOf(A, 4), id: OTHER }, entryOf(A, 5), entryOf(B, 1)];
      const answers = await Promise.all(known.map(async (entry) => (await log.find(entry)).type === 'known'));
      expect(answers).to.deep.equal([true, true, false, false, false]);
    });

    it('[LOG-5] it drops the oldest over its number and keeps knowing them', async () => {
      await start({ entries: 10 });
      await fill(25);
      const { floor, offset, entries, have } = await open();
      expect([floor, offset, entries.length]).to.deep.equal([16, 25, 10]);
      expect(have).to.deep.equal({ [A]: [[1, 25]] });
      expect(await append(entryOf(A, 3))).to.include({ type: 'known', offset: undefined });
      expect(await append(entryOf(A, 17))).to.include({ type: 'known', offset: 17 });
    });

    it('[LOG-5] it drops the oldest over its bytes', async () => {
      await start({ bytes: 50_000 });
      await fill(25, JSON.stringify({ text: 'x'.repeat(5_000) }));
      expect((await open()).entries).to.have.length(8);
    });

    it('[LOG-5] [LOG-10] it drops what is too old, by the time it was written and never by one after it came', async () => {
      await start({ age: 1_000 });
      expect(await append(entryOf(A, 1, '{}', 4_500), 5_000)).to.include({ type: 'appended', offset: 1 });
      await append(entryOf(A, 2, '{}', 9_000), 5_000);
      const at = async (now: number) => {
        const { floor, entries } = await open(NOTHING, undefined, now);
        return [floor, entries.length];
      };
      expect(await at(5_500)).to.deep.equal([1, 2]);
      expect(await at(5_501)).to.deep.equal([2, 1]);
      expect(await at(6_001)).to.deep.equal([3, 0]);
      expect(await append(entryOf(A, 3, '{}', 100), 6_001)).to.include({ type: 'appended', offset: 3 });
      expect(await at(6_001)).to.deep.equal([4, 0]);
    });

    it('[ROOM-14] what it forgoes it knows like what it trimmed', async () => {
      await start();
      await log.forgo(entryOf(A, 3));
      await append(entryOf(B, 1));
      await log.forgo(entryOf(B, 1));
      const { have, offset, entries } = await open();
      expect(have).to.deep.equal({ [A]: [[3, 3]], [B]: [[1, 1]] });
      expect([offset, entries.length]).to.deep.equal([1, 1]);
      expect(await append(entryOf(A, 3))).to.include({ type: 'known', offset: undefined });
    });

    it('[HAVE-1] [HAVE-2] what it knows of a replica stays at most 8 ranges, the lowest forgotten', async () => {
      await start();
      for (const seq of [5, 1, 2, 4, 3, 20, 30, 28, 29, 40, 50, 60, 70, 80]) await append(entryOf(A, seq));
      const first: Ranges = [
        [1, 5],
        [20, 20],
        [28, 30],
        [40, 40],
        [50, 50],
        [60, 60],
        [70, 70],
        [80, 80],
      ];
      expect((await open()).have).to.deep.equal({ [A]: first });
      await append(entryOf(A, 90));
      expect((await open()).have).to.deep.equal({ [A]: [...first.slice(1), [90, 90]] });
    });

    it('[LOG-3] a cursor stands where its epoch, offset and id agree with what is held', async () => {
      await start({ entries: 5 });
      await fill(10);
      const { epoch } = await open();
      const at = async (offset: number, id = entryOf(A, offset).id, of = epoch) =>
        (await open(NOTHING, { epoch: of, offset, id })).recovered;
      const found = [await at(10), await at(6), await at(5), await at(11), await at(0), await at(7, OTHER)];
      expect(found).to.deep.equal([true, true, false, false, false, false]);
      expect(await at(6, entryOf(A, 6).id, 'another')).to.equal(false);
      const { entries, more } = await open(NOTHING, { epoch, offset: 8, id: entryOf(A, 8).id });
      expect([offsets({ entries, more }), more]).to.deep.equal([[9, 10], false]);
    });

    it('[LOG-3] pages go forwards and backwards without gap or overlap, at most 200 entries', async () => {
      await start();
      await fill(450);
      const forwards = await pages(log, 'after', [0, 200, 400, 450]);
      const backwards = await pages(log, 'before', [451, 251, 51, 1]);
      const shapes = [
        [200, true],
        [200, true],
        [50, false],
        [0, false],
      ];
      for (const all of [forwards, backwards])
        expect(all.map(({ entries, more }) => [entries.length, more])).to.deep.equal(shapes);
      expect(forwards.flatMap(offsets)).to.deep.equal(Array.from({ length: 450 }, (_, n) => n + 1));
      expect([...backwards].reverse().flatMap(offsets)).to.deep.equal(forwards.flatMap(offsets));
    });

    it('[LOG-3] a page has at most 256 KiB', async () => {
      await start();
      await fill(30, JSON.stringify({ text: 'x'.repeat(25_000) }));
      const most = Math.floor(LIMITS.chunkBytes / 25_611);
      const [after] = await pages(log, 'after', [0]);
      const [before] = await pages(log, 'before', [999]);
      expect([after?.entries.length, after?.more, before?.more]).to.deep.equal([most, true, true]);
      expect((await open()).entries).to.have.length(most);
    });

    it('[LOG-4] what a have lacks is the newest of it, in the log’s order', async () => {
      await start();
      await fill(300);
      await append(entryOf(B, 1));
      const all = await open();
      expect([all.entries.length, all.entries[0]?.offset, all.more]).to.deep.equal([200, 102, true]);
      const lacked = async (...held: readonly (readonly [ReplicaId, Ranges])[]) => {
        const page = await open(new Map(held));
        return [offsets(page), page.more];
      };
      expect(await lacked([A, [[1, 297]]])).to.deep.equal([[298, 299, 300, 301], false]);
      const holes: Ranges = [
        [2, 150],
        [160, 300],
      ];
      expect(await lacked([A, holes])).to.deep.equal([[1, 151, 152, 153, 154, 155, 156, 157, 158, 159, 301], false]);
      expect(await lacked([A, [[1, 300]]], [B, [[1, 9]]])).to.deep.equal([[], false]);
    });

    it('[LOG-9] a log that was lost starts afresh under another epoch', async () => {
      await start();
      await fill(3);
      const { epoch } = await open();
      await under.lose();
      log = under.log;
      const after = await open();
      expect([after.offset, after.floor, after.entries, after.have]).to.deep.equal([0, 1, [], {}]);
      expect(after.epoch).not.to.equal(epoch);
      expect(await append(entryOf(A, 1))).to.include({ type: 'appended', epoch: after.epoch, offset: 1 });
    });
  });
}

/** @param at when it was written, ms */
export function entryOf(replica: ReplicaId, seq: number, payload = '{"text":"x"}', at = 0): Entry {
  const id = `${replica}${seq}`.padEnd(43, '_') as EntryId;
  const seals = { cert: 'c'.repeat(87), sig: 's'.repeat(86) };
  return { id, replica, seq, prev: null, clock: [at, seq], kind: 'message', payload, ...seals };
}

function offsets({ entries }: Page): readonly (number | undefined)[] {
  return entries.map(({ offset }) => offset);
}

async function pages(log: RoomLog, way: 'after' | 'before', at: readonly number[]): Promise<readonly Page[]> {
  const found: Page[] = [];
  for (const offset of at) {
    const page = await log[way](offset);
    if (page) found.push(page);
  }
  return found;
}
