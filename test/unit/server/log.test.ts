import { expect } from 'chai';
import type { Entry } from '../../../protocol/entry.ts';
import type { EntryId, ReplicaId, RoomName, UserId } from '../../../protocol/ids.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { Log, type LogBounds } from '../../../server/rooms/log.ts';
import { MemoryLogs } from '../../../server/rooms/memory-logs.ts';
import { Registry } from '../../../server/rooms/registry.ts';

const AUTHOR = { user: 'g-a' as UserId, name: 'A' };
const A = 'A'.repeat(22) as ReplicaId;
const B = 'B'.repeat(22) as ReplicaId;
const BOUNDS: LogBounds = { entries: 1000, bytes: 4 * 1024 * 1024, age: 60_000 };

/** @param at when it was written, ms */
function entry(replica: ReplicaId, seq: number, payload = '{"text":"x"}', at = 0): Entry {
  const id = `${replica}${seq}`.padEnd(43, '_') as EntryId;
  const seals = { cert: 'c'.repeat(87), sig: 's'.repeat(86) };
  return { id, replica, seq, prev: null, clock: [at, seq], kind: 'message', payload, ...seals };
}

function fill(log: Log, count: number, now = 0, payload?: string): void {
  for (let seq = 1; seq <= count; seq += 1) log.append(entry(A, seq, payload, now), AUTHOR, now);
}

function offsets(page: { entries: readonly { offset?: number }[] }): readonly (number | undefined)[] {
  return page.entries.map(({ offset }) => offset);
}

describe('the log', () => {
  it('[LOG-1] [LOG-2] an append is done once; another body is a conflict', () => {
    const log = new Log('e', BOUNDS);
    expect(log.append(entry(A, 1), AUTHOR, 0)).to.include({ type: 'appended', offset: 1 });
    expect(log.append(entry(B, 1), AUTHOR, 0)).to.include({ type: 'appended', offset: 2 });
    expect(log.append(entry(A, 1), AUTHOR, 0)).to.deep.equal({ type: 'known', epoch: 'e', offset: 1 });
    const other = { ...entry(A, 1), id: 'o'.repeat(43) as EntryId };
    expect(log.append(other, AUTHOR, 0)).to.deep.equal({ type: 'conflict' });
    expect([log.offset, log.length]).to.deep.equal([2, 2]);
  });

  it('[LOG-5] it drops the oldest over its number, bytes and age, and keeps knowing them', () => {
    const byNumber = new Log('e', { ...BOUNDS, entries: 10 });
    fill(byNumber, 25);
    expect([byNumber.floor, byNumber.length, byNumber.offset]).to.deep.equal([16, 10, 25]);
    const byBytes = new Log('e', { ...BOUNDS, bytes: 50_000 });
    fill(byBytes, 25, 0, JSON.stringify({ text: 'x'.repeat(5_000) }));
    expect(byBytes.bytes).to.be.within(40_000, 50_000);
    expect(byBytes.length).to.equal(8);
    const byAge = new Log('e', BOUNDS);
    fill(byAge, 5, 0);
    byAge.append(entry(B, 1, undefined, 30_000), AUTHOR, 30_000);
    byAge.trim(60_000);
    expect(byAge.floor).to.equal(1);
    byAge.trim(60_001);
    expect([byAge.floor, byAge.length]).to.deep.equal([6, 1]);
    byAge.trim(90_001);
    expect([byAge.floor, byAge.offset, byAge.length, byAge.bytes]).to.deep.equal([7, 6, 0, 0]);
    expect(byAge.have([A, B])).to.deep.equal({ [A]: [[1, 5]], [B]: [[1, 1]] });
    expect(byAge.append(entry(A, 3), AUTHOR, 90_001)).to.deep.equal({ type: 'known', epoch: 'e', offset: undefined });
  });

  it('[LOG-10] age counts from when an entry was written, but never from a time after it came', () => {
    const log = new Log('e', { ...BOUNDS, age: 1_000 });
    expect(log.append(entry(A, 1, '{}', 4_500), AUTHOR, 5_000)).to.include({ type: 'appended', offset: 1 });
    log.append(entry(A, 2, '{}', 9_000), AUTHOR, 5_000);
    log.trim(5_501);
    expect([log.floor, log.length]).to.deep.equal([2, 1]);
    log.trim(6_001);
    expect([log.floor, log.length]).to.deep.equal([3, 0]);
    expect(log.append(entry(A, 3, '{}', 100), AUTHOR, 6_001)).to.include({ type: 'appended', offset: 3 });
    expect([log.floor, log.length]).to.deep.equal([4, 0]);
  });

  it('[ROOM-14] what it forgoes it knows like what it trimmed', () => {
    const log = new Log('e', BOUNDS);
    log.forgo(entry(A, 3));
    log.append(entry(B, 1), AUTHOR, 0);
    log.forgo(entry(B, 1));
    expect(log.have([A, B])).to.deep.equal({ [A]: [[3, 3]], [B]: [[1, 1]] });
    expect([log.offset, log.length]).to.deep.equal([1, 1]);
    expect(log.append(entry(A, 3), AUTHOR, 0)).to.deep.equal({ type: 'known', epoch: 'e', offset: undefined });
  });

  it('[LOG-1] it knows just the entries that it holds now', () => {
    const log = new Log('e', { ...BOUNDS, entries: 2 });
    fill(log, 3);
    expect([1, 2, 3, 4].map((seq) => log.holds(entry(A, seq)))).to.deep.equal([false, true, true, false]);
    expect(log.holds({ ...entry(A, 3), id: 'o'.repeat(43) as EntryId })).to.equal(false);
  });

  it('[LOG-3] a cursor stands where its epoch, offset and id agree with what is held', () => {
    const log = new Log('e', { ...BOUNDS, entries: 5 });
    fill(log, 10);
    const at = (offset: number, epoch = 'e') => log.matches({ epoch, offset, id: entry(A, offset).id });
    expect([at(10), at(6), at(5), at(11), at(0), at(6, 'f')]).to.deep.equal([true, true, false, false, false, false]);
    expect(log.matches({ epoch: 'e', offset: 7, id: entry(A, 8).id })).to.equal(false);
  });

  it('[LOG-3] pages go forwards and backwards without gap or overlap, at most 200 entries or 256 KiB', () => {
    const log = new Log('e', BOUNDS);
    fill(log, 450);
    const forwards = [log.after(0), log.after(200), log.after(400), log.after(450)];
    expect(forwards.map(({ entries, more }) => [entries.length, more])).to.deep.equal([
      [200, true],
      [200, true],
      [50, false],
      [0, false],
    ]);
    expect(forwards.flatMap(offsets)).to.deep.equal(Array.from({ length: 450 }, (_, n) => n + 1));
    const backwards = [log.before(451), log.before(251), log.before(51), log.before(1)];
    expect(backwards.map(({ entries, more }) => [entries.length, more])).to.deep.equal([
      [200, true],
      [200, true],
      [50, false],
      [0, false],
    ]);
    expect([...backwards].reverse().flatMap(offsets)).to.deep.equal(forwards.flatMap(offsets));
    const heavy = new Log('e', BOUNDS);
    fill(heavy, 30, 0, JSON.stringify({ text: 'x'.repeat(25_000) }));
    expect(heavy.after(0).entries).to.have.length(Math.floor(LIMITS.chunkBytes / 25_611));
    expect(heavy.before(999).more).to.equal(true);
  });

  it('[LOG-4] what a have lacks is the newest of it, in the log’s order', () => {
    const log = new Log('e', BOUNDS);
    fill(log, 300);
    log.append(entry(B, 1), AUTHOR, 0);
    const all = log.lackedBy(new Map());
    expect([all.entries.length, all.entries[0]?.offset, all.more]).to.deep.equal([200, 102, true]);
    const some = log.lackedBy(new Map([[A, [[1, 297] as const]]]));
    expect([offsets(some), some.more]).to.deep.equal([[298, 299, 300, 301], false]);
    const holes = log.lackedBy(new Map([[A, [[2, 150] as const, [160, 300] as const]]]));
    expect([offsets(holes), holes.more]).to.deep.equal([[1, 151, 152, 153, 154, 155, 156, 157, 158, 159, 301], false]);
    const none = log.lackedBy(
      new Map([
        [A, [[1, 300] as const]],
        [B, [[1, 9] as const]],
      ]),
    );
    expect([none.entries.length, none.more]).to.deep.equal([0, false]);
  });
});

describe('all logs', () => {
  const registry = (memory: number) => {
    const epochs = Array.from({ length: 10 }, (_, n) => `e${n}`);
    const logs: MemoryLogs = new MemoryLogs({
      ...{ bounds: BOUNDS, memory, randomEpoch: () => epochs.pop() ?? 'last' },
      onEmpty: (room) => rooms.release(rooms.open(room)),
    });
    const rooms = new Registry(logs);
    return { rooms, logs };
  };
  const name = (text: string) => text as RoomName;
  const append = (rooms: Registry, room: string, seq: number) =>
    rooms.open(name(room)).log.append(entry(A, seq, 'x'.repeat(227)), AUTHOR, 0); // 1,000 bytes each
  const opening = async (rooms: Registry, room: string) => {
    const request = { cursor: undefined, have: new Map(), replicas: new Set<ReplicaId>(), entries: true };
    const answer = (await rooms.open(name(room)).log.open(request, 0))?.();
    return { length: answer?.entries.length, epoch: answer?.epoch };
  };

  it('[LOG-8] together they keep within their memory; the longest silent room loses first', async () => {
    const { rooms, logs } = registry(20_500);
    append(rooms, 'busy', 1);
    for (let seq = 1; seq <= 10; seq += 1) append(rooms, 'silent', seq);
    for (let seq = 2; seq <= 10; seq += 1) append(rooms, 'busy', seq);
    expect(logs.bytes).to.equal(20_000);
    for (let seq = 11; seq <= 15; seq += 1) append(rooms, 'busy', seq);
    expect((await opening(rooms, 'silent')).length).to.equal(5);
    expect((await opening(rooms, 'busy')).length).to.equal(15);
    for (let seq = 16; seq <= 40; seq += 1) append(rooms, 'busy', seq);
    expect(rooms.find(name('silent'))).to.equal(undefined);
    expect((await opening(rooms, 'busy')).length).to.equal(20);
    expect(logs.bytes).to.equal(20_000);
  });

  it('[LOG-9] a room without members and entries is freed, at once or when its entries are too old', async () => {
    const { rooms, logs } = registry(1_000_000);
    rooms.release(rooms.open(name('empty')));
    expect(rooms.size).to.equal(0);
    append(rooms, 'old', 1);
    rooms.release(rooms.open(name('old')));
    expect(rooms.size).to.equal(1);
    const { epoch } = await opening(rooms, 'old');
    rooms.sweep(BOUNDS.age + 1);
    expect([rooms.size, logs.bytes]).to.deep.equal([0, 0]);
    expect((await opening(rooms, 'old')).epoch).not.to.equal(epoch);
  });
});
