import { expect } from 'chai';
import fc from 'fast-check';
import { Bucket } from '../../../server/limits/bucket.ts';

const RATE = fc.record({ perSecond: fc.integer({ min: 1, max: 200 }), burst: fc.integer({ min: 1, max: 1_000 }) });
/** Messages: how long after the one before (ms), and for how many it counts. */
const MESSAGES = fc.array(fc.tuple(fc.double({ min: 0, max: 3_000, noNaN: true }), fc.integer({ min: 1, max: 40 })), {
  maxLength: 300,
});

describe('a bucket, whatever comes when', () => {
  it('[LIM-1] in any stretch of time never more than burst + rate * t', () => {
    fc.assert(
      fc.property(RATE, MESSAGES, (rate, messages) => {
        const bucket = new Bucket(rate, 0);
        const passed: { readonly at: number; readonly count: number }[] = [];
        let at = 0;
        for (const [after, count] of messages) {
          at += after;
          if (bucket.take(at, count) === 0) passed.push({ at, count: Math.min(count, rate.burst) });
        }
        for (const [from, first] of passed.entries()) {
          let sum = 0;
          for (const { at: until, count } of passed.slice(from)) {
            sum += count;
            expect(sum).to.be.at.most(rate.burst + ((until - first.at) * rate.perSecond) / 1000 + 1e-6);
          }
        }
      }),
    );
  });

  it('[LIM-2] what waits as long as it was told passes', () => {
    fc.assert(
      fc.property(RATE, MESSAGES, (rate, messages) => {
        const bucket = new Bucket(rate, 0);
        let at = 0;
        for (const [after, count] of messages) {
          at += after;
          const wait = bucket.take(at, count);
          if (wait === 0) continue;
          at += wait + 1e-6;
          expect(bucket.take(at, count)).to.equal(0);
        }
      }),
    );
  });
});
