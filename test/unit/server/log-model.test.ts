import { expect } from 'chai';
import fc from 'fast-check';
import type { Entry } from '../../../protocol/entry.ts';
import type { EntryFrame } from '../../../protocol/frames.ts';
import { addSeq, type Have, hasSeq, type Ranges } from '../../../protocol/have.ts';
import type { EntryId, ReplicaId, UserId } from '../../../protocol/ids.ts';
import { Log } from '../../../server/rooms/log.ts';

const REPLICAS = ['A', 'B', 'C'].map((letter) => letter.repeat(22) as ReplicaId);
const AUTHOR = { user: 'g-a' as UserId, name: 'A' };

const appends = fc.array(
  fc.record({
    replica: fc.constantFrom(...REPLICAS),
    seq: fc.integer({ min: 1, max: 12 }),
    body: fc.nat(1),
    wait: fc.nat(4),
  }),
  { maxLength: 60 },
);
const bounds = fc.record({ entries: fc.integer({ min: 1, max: 20 }), age: fc.integer({ min: 5, max: 100 }) });

/** The plainest thing that could be the log: a list, cut from the front. */
class Model {
  kept: { offset: number; entry: Entry; at: number }[] = [];
  readonly seen = new Set<string>();
  offset = 0;

  append(entry: Entry, now: number, { entries, age }: { entries: number; age: number }): string {
    const known = this.kept.find(({ entry: { replica, seq } }) => replica === entry.replica && seq === entry.seq);
    if (known) return known.entry.id === entry.id ? `known ${known.offset}` : 'conflict';
    const key = `${entry.replica}${entry.seq}`;
    if (this.seen.has(key)) return 'known undefined';
    this.seen.add(key);
    this.offset += 1;
    this.kept.push({ offset: this.offset, entry, at: now });
    while (this.kept.length > entries || now - (this.kept[0]?.at ?? now) > age) this.kept.shift();
    return `appended ${this.offset}`;
  }
}

function offsets(frames: readonly EntryFrame[]): readonly (number | undefined)[] {
  return frames.map(({ offset }) => offset);
}

describe('the log and its model', () => {
  it('[LOG-1] [LOG-3] [LOG-4] [LOG-5] whatever is appended, both say the same', () => {
    fc.assert(
      fc.property(appends, bounds, fc.nat(70), (steps, limits, at) => {
        const log = new Log('e', { ...limits, bytes: 1e9 });
        const model = new Model();
        let now = 0;
        for (const { replica, seq, body, wait } of steps) {
          now += wait;
          const id = `${replica}${seq}.${body}`.padEnd(43, '_') as EntryId;
          const entry: Entry = {
            id,
            replica,
            seq,
            prev: null,
            clock: [now, 0],
            kind: 'message',
            payload: '',
            cert: 'c',
            sig: 's',
          };
          const result = log.append(entry, AUTHOR, now);
          const said = result.type === 'conflict' ? 'conflict' : `${result.type} ${result.offset}`;
          expect(said).to.equal(model.append(entry, now, limits));
        }
        const kept = model.kept.map(({ offset }) => offset);
        expect([log.offset, log.length, log.floor]).to.deep.equal([
          model.offset,
          kept.length,
          kept[0] ?? model.offset + 1,
        ]);
        expect(offsets(log.after(at).entries)).to.deep.equal(kept.filter((offset) => offset > at));
        expect(offsets(log.before(at).entries)).to.deep.equal(kept.filter((offset) => offset < at));
        const have = haveOf(steps.slice(0, at));
        const lacked = model.kept.filter(({ entry: { replica, seq } }) => !hasSeq(have.get(replica), seq));
        expect(offsets(log.lackedBy(have).entries)).to.deep.equal(lacked.map(({ offset }) => offset));
        for (const { offset, entry } of model.kept)
          expect(log.matches({ epoch: 'e', offset, id: entry.id })).to.equal(true);
      }),
    );
  });
});

function haveOf(steps: readonly { readonly replica: ReplicaId; readonly seq: number }[]): Have {
  const have = new Map<ReplicaId, Ranges>();
  for (const { replica, seq } of steps) {
    if (!hasSeq(have.get(replica), seq)) have.set(replica, addSeq(have.get(replica), seq));
  }
  return have;
}
