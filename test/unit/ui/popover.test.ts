import { expect } from 'chai';
import fc from 'fast-check';
import { placeAlong } from '../../../widget/ui/popover.ts';

const FRAME = { from: 100, to: 700 };

describe('popover', () => {
  it('[UI-21] a menu stands below its message where it fits, else above', () => {
    expect(placeAlong({ from: 200, to: 240 }, 150, FRAME)).to.equal(246);
    expect(placeAlong({ from: 600, to: 640 }, 150, FRAME)).to.equal(444);
  });

  it('[UI-21] wherever its message is, a menu that fits is wholly within the panel', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 1200 }), fc.integer({ min: 1, max: 584 }), (from, size) => {
        const top = placeAlong({ from, to: from + 40 }, size, FRAME);
        expect(top).to.be.at.least(FRAME.from + 8);
        expect(top + size).to.be.at.most(FRAME.to - 8);
      }),
    );
  });
});
