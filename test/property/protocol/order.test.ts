import { expect } from 'chai';
import fc from 'fast-check';
import { CLOCK_ZERO, type Clock, compareClocks, isClock, mergeClock, tickClock } from '../../../protocol/clock.ts';
import { compareEntries, type EntryHeader } from '../../../protocol/entry.ts';
import { isReplicaId } from '../../../protocol/ids.ts';
import { proofText, sealText } from '../../../protocol/seal.ts';
import { clocks, entries, nearClocks, replicaIds, roomNames } from '../../support/arbitraries.ts';

describe('clocks, order and seals, any', () => {
  it('[CLOCK-3] clock counts below its bound and then goes on in the next ms', () => {
    const last: Clock = [5, 2 ** 31 - 1];
    expect(isClock(last)).to.equal(true);
    expect(isClock([5, 2 ** 31])).to.equal(false);
    expect(tickClock(last, 3)).to.deep.equal([6, 0]);
    expect(isClock(tickClock(last, 3))).to.equal(true);
  });

  it('[CLOCK-1] a local event is later than all that was seen and never before the wall clock', () => {
    const steps = fc.array(fc.oneof(fc.nat(8), nearClocks), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (list) => {
        let clock: Clock = CLOCK_ZERO;
        let latest: Clock = CLOCK_ZERO;
        for (const step of list) {
          if (typeof step === 'number') {
            clock = tickClock(clock, step);
            expect(compareClocks(clock, latest)).to.be.greaterThan(0);
            expect(clock[0]).to.be.at.least(step);
          } else clock = mergeClock(clock, step);
          for (const seen of typeof step === 'number' ? [clock] : [clock, step]) {
            if (compareClocks(seen, latest) > 0) latest = seen;
          }
        }
      }),
    );
  });

  it('[CLOCK-2] merging is commutative, associative, idempotent, and gives the later', () => {
    fc.assert(
      fc.property(nearClocks, nearClocks, nearClocks, (a, b, c) => {
        expect(mergeClock(a, b)).to.deep.equal(mergeClock(b, a));
        expect(mergeClock(mergeClock(a, b), c)).to.deep.equal(mergeClock(a, mergeClock(b, c)));
        expect(mergeClock(a, a)).to.deep.equal(a);
        expect(compareClocks(mergeClock(a, b), a)).to.be.at.least(0);
        expect(compareClocks(mergeClock(a, b), b)).to.be.at.least(0);
      }),
    );
  });

  it('[ORDER-1] every permutation of entries sorts to the same list', () => {
    const few = fc.constantFrom(...['A', 'B', 'a', '_'].map((letter) => letter.repeat(22)).filter(isReplicaId));
    const header: fc.Arbitrary<EntryHeader> = fc.record({
      replica: few,
      seq: fc.integer({ min: 1, max: 4 }),
      clock: nearClocks,
      prev: fc.constant(null),
      kind: fc.constant('message'),
    });
    const shuffled = fc
      .uniqueArray(header, { maxLength: 20, selector: ({ replica, seq }) => `${replica}${seq}` })
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect([...other].sort(compareEntries)).to.deep.equal([...list].sort(compareEntries));
      }),
    );
  });

  it('[ORDER-1] comparing is antisymmetric, transitive, and zero for the same place alone', () => {
    fc.assert(
      fc.property(
        fc.array(entries, { minLength: 3, maxLength: 3 }),
        fc.array(nearClocks, { minLength: 3, maxLength: 3 }),
        (list, near) => {
          const [a, b, c] = list.map((entry, i) => ({ ...entry, clock: near[i] ?? CLOCK_ZERO })).sort(compareEntries);
          if (!a || !b || !c) throw new Error('three entries');
          expect(Math.sign(compareEntries(a, b))).to.equal(0 - Math.sign(compareEntries(b, a)));
          expect(compareEntries(a, c)).to.be.at.most(0);
          expect(compareEntries(a, { ...a })).to.equal(0);
          expect(compareEntries(a, { ...a, seq: a.seq + 1 })).to.be.lessThan(0);
        },
      ),
    );
  });
});

describe('the sealed text, any', () => {
  const hashes = fc.string({ unit: fc.constantFrom('a', '1', ':', ','), maxLength: 6 });
  const headers = fc.record({
    replica: replicaIds,
    seq: fc.integer({ min: 1, max: 12 }),
    prev: fc.constant(null),
    clock: fc.oneof(clocks, nearClocks),
    kind: fc.string({ unit: fc.constantFrom('m', '1', ':', ','), minLength: 1, maxLength: 6 }),
  });

  it('[SEAL-1] differs where room, header or payload differ', () => {
    fc.assert(
      fc.property(roomNames, roomNames, headers, headers, hashes, hashes, (roomA, roomB, a, b, hashA, hashB) => {
        const mixed = { ...a, kind: b.kind, clock: b.clock };
        for (const [room, header, hash] of [
          [roomB, a, hashA],
          [roomA, b, hashA],
          [roomA, mixed, hashB],
          [roomA, a, hashB],
        ] as const) {
          const same = room === roomA && JSON.stringify(header) === JSON.stringify(a) && hash === hashA;
          expect(sealText(room, header, hash) === sealText(roomA, a, hashA)).to.equal(same);
        }
      }),
    );
  });

  it('[SEAL-1] can be read back to its fields, so that no two lists of fields share a text', () => {
    fc.assert(
      fc.property(roomNames, headers, hashes, (room, header, hash) => {
        expect(readFields(sealText(room, header, hash)).slice(2)).to.deep.equal([
          header.replica,
          String(header.seq),
          '',
          header.clock.join('.'),
          header.kind,
          hash,
        ]);
      }),
    );
  });

  it('[SEAL-1] of an entry is never that of a join', () => {
    fc.assert(
      fc.property(roomNames, headers, hashes, hashes, (room, header, hash, nonce) => {
        expect(sealText(room, header, hash)).not.to.equal(proofText(room, nonce, hash));
        expect(readFields(proofText(room, nonce, hash)).slice(2)).to.deep.equal([nonce, hash]);
      }),
    );
  });
});

/** A reader of netstring-like fields, written apart from the code that writes them. */
function readFields(text: string): readonly string[] {
  const fields: string[] = [];
  for (let at = 0; at < text.length; ) {
    const colon = text.indexOf(':', at);
    const length = Number(text.slice(at, colon));
    fields.push(text.slice(colon + 1, colon + 1 + length));
    expect(text[colon + 1 + length]).to.equal(',');
    at = colon + length + 2;
  }
  return fields;
}
