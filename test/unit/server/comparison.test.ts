import { expect } from 'chai';
import { Comparison } from '../../../server/redis/comparison.ts';

describe('comparing with Redis', () => {
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  let isUp = true;
  let fails = false;
  let during: () => void = () => undefined;
  let [compared, failed] = [0, 0];
  let comparison: Comparison;

  beforeEach(() => {
    [isUp, fails, compared, failed] = [true, false, 0, 0];
    during = () => undefined;
    comparison = new Comparison({
      isUp: () => isUp,
      async compare() {
        compared += 1;
        await Promise.resolve();
        during();
        if (fails) throw new Error('READONLY');
      },
      onFailure: () => {
        failed += 1;
      },
    });
  });

  it('[RED-23] is done at once where something was missed, and at the next sweep where something is noted', async () => {
    comparison.sweep();
    expect(compared, 'nothing is due').to.equal(0);
    comparison.begin();
    expect(compared).to.equal(1);
    await turn();
    comparison.note();
    await turn();
    expect(compared).to.equal(1);
    comparison.sweep();
    await turn();
    comparison.sweep();
    expect(compared).to.equal(2);
  });

  it('[RED-23] is done again by sweeps alone where it fails, or something is missed meanwhile', async () => {
    fails = true;
    comparison.begin();
    await turn();
    expect([compared, failed]).to.deep.equal([1, 1]);
    fails = false;
    during = () => comparison.begin();
    comparison.sweep();
    await turn();
    expect([compared, failed]).to.deep.equal([2, 1]);
    during = () => undefined;
    comparison.sweep();
    await turn();
    comparison.sweep();
    expect([compared, failed]).to.deep.equal([3, 1]);
  });

  it('[RED-23] waits for Redis to be there', async () => {
    isUp = false;
    comparison.begin();
    isUp = true;
    expect(compared).to.equal(0);
    comparison.sweep();
    await turn();
    expect(compared).to.equal(1);
  });
});
