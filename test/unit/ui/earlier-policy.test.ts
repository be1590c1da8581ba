import { expect } from 'chai';
import { ASK_AGAIN, EARLIER_NEAR, wantsEarlier } from '../../../widget/ui/earlier-policy.ts';

const THERE = { earlier: true, loadingEarlier: false };
const AT_TOP = { top: 0, first: 'm1', now: 10_000 };

describe('earlier policy', () => {
  it('[UI-30] asks when the reader is near the first message and there is something to ask for', () => {
    expect(wantsEarlier(THERE, AT_TOP, undefined)).to.equal(true);
    expect(wantsEarlier(THERE, { ...AT_TOP, top: EARLIER_NEAR }, undefined)).to.equal(true);
    expect(wantsEarlier(THERE, { ...AT_TOP, top: EARLIER_NEAR + 1 }, undefined)).to.equal(false);
    expect(wantsEarlier({ ...THERE, earlier: false }, AT_TOP, undefined)).to.equal(false);
  });

  it('[UI-30] asks once for each first message, and again after 5 s', () => {
    expect(wantsEarlier({ ...THERE, loadingEarlier: true }, AT_TOP, undefined)).to.equal(false);
    const asked = { first: 'm1', at: AT_TOP.now };
    expect(wantsEarlier(THERE, AT_TOP, asked)).to.equal(false);
    expect(wantsEarlier(THERE, { ...AT_TOP, now: asked.at + ASK_AGAIN - 1 }, asked)).to.equal(false);
    expect(wantsEarlier(THERE, { ...AT_TOP, now: asked.at + ASK_AGAIN }, asked)).to.equal(true);
    expect(wantsEarlier(THERE, { ...AT_TOP, first: 'm0' }, asked)).to.equal(true);
  });
});
