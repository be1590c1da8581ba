import { expect } from 'chai';
import fc from 'fast-check';
import {
  addRange,
  addSeq,
  hasSeq,
  haveToRecord,
  highestSeq,
  isRanges,
  parseHave,
  type Ranges,
} from '../../../protocol/have.ts';
import { haves, ranges } from '../../support/arbitraries.ts';

const SPACE = 80;

function held(list: Ranges): readonly number[] {
  return Array.from({ length: SPACE }, (_, seq) => seq).filter((seq) => hasSeq(list, seq));
}

describe('have, any', () => {
  const additions = fc.array(ranges, { maxLength: 40 });

  it('[HAVE-1] holds exactly what was added, while 8 ranges are enough', () => {
    fc.assert(
      fc.property(additions, (list) => {
        const model = new Set<number>();
        let have: Ranges = [];
        for (const range of list) {
          const next = addRange(have, range);
          for (let seq = range[0]; seq <= range[1]; seq += 1) model.add(seq);
          expect(isRanges(next)).to.equal(true);
          if (next.length === 8) return; // may have forgotten: the next test
          have = next;
          expect(held(have)).to.deep.equal([...model].sort((a, b) => a - b));
          expect(highestSeq(have)).to.equal(Math.max(...model));
        }
      }),
    );
  });

  it('[HAVE-1] the order and repetition of what is added do not matter', () => {
    const few = fc.array(ranges, { maxLength: 7 });
    fc.assert(
      fc.property(
        few.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
        ),
        ([list, again]) => {
          const sum = (items: Ranges): Ranges => items.reduce<Ranges>((have, range) => addRange(have, range), []);
          expect(sum(again)).to.deep.equal(sum(list));
        },
      ),
    );
  });

  it('[HAVE-1] adding one number is adding a range of one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 }), (seqs) => {
        let one: Ranges = [];
        let run: Ranges = [];
        for (const seq of seqs) {
          one = addSeq(one, seq);
          run = addRange(run, [seq, seq]);
          expect(one).to.deep.equal(run);
        }
      }),
    );
  });

  it('[HAVE-2] never claims what was not added, keeps the highest, and keeps at most 8 ranges', () => {
    fc.assert(
      fc.property(additions, (list) => {
        const model = new Set<number>();
        let have: Ranges = [];
        for (const [from, to] of list) {
          for (let seq = from; seq <= to; seq += 1) model.add(seq);
          have = addRange(have, [from, to]);
          expect(have.length).to.be.at.most(8);
          expect(held(have).every((seq) => model.has(seq))).to.equal(true);
          expect(highestSeq(have)).to.equal(Math.max(...model));
        }
      }),
    );
  });

  it('[HAVE-3] survives its wire form', () => {
    fc.assert(
      fc.property(haves, (have) => {
        const wire: unknown = JSON.parse(JSON.stringify(haveToRecord(have)));
        expect(parseHave(wire)).to.deep.equal({ ok: true, value: have });
      }),
    );
  });
});
