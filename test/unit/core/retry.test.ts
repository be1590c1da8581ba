import { expect } from 'chai';
import fc from 'fast-check';
import { RECONNECT_HIDDEN, RECONNECT_VISIBLE, retryDelay } from '../../../widget/core/retry.ts';
import { seeded } from '../../support/simulator/random.ts';

describe('delays between tries', () => {
  it('[NET-3] have a ceiling that doubles from 2.5 s to 10 s while visible, to 60 s while hidden', () => {
    const ceilings = (policy: typeof RECONNECT_VISIBLE) =>
      [0, 1, 2, 3, 4, 5, 6, 99].map((attempt) => retryDelay(policy, attempt, 1));
    expect(ceilings(RECONNECT_VISIBLE)).to.deep.equal([2.5, 5, 10, 10, 10, 10, 10, 10].map((s) => s * 1_000));
    expect(ceilings(RECONNECT_HIDDEN)).to.deep.equal([2.5, 5, 10, 20, 40, 60, 60, 60].map((s) => s * 1_000));
  });

  it('[NET-3] are uniform from nothing to the ceiling', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const delay = retryDelay(RECONNECT_HIDDEN, attempt, random);
        expect(delay).to.be.within(0, 60_000);
        expect(delay).to.equal(Math.round(retryDelay(RECONNECT_HIDDEN, attempt, 1) * random));
      }),
    );
  });

  it('[NET-3] bring at most 6% of a thousand clients that are cut at once within any 100 ms', () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const random = seeded(seed);
      const slots = new Map<number, number>();
      for (let client = 0; client < 1_000; client += 1) {
        const slot = Math.floor(retryDelay(RECONNECT_VISIBLE, 0, random()) / 100);
        slots.set(slot, (slots.get(slot) ?? 0) + 1);
      }
      expect(Math.max(...slots.values()), `seed ${seed}`).to.be.at.most(60);
    }
  });
});
