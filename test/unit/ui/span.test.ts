import { expect } from 'chai';
import fc from 'fast-check';
import { extendDown, extendUp, MOST } from '../../../widget/ui/reading.ts';
import { placeAt, spanOf, TAIL, TAIL_PLACE } from '../../../widget/ui/span.ts';

function keyed(count: number, from = 0) {
  return Array.from({ length: count }, (_, index) => ({ key: `k${from + index}` }));
}

describe('span', () => {
  it('[UI-6] at the end it holds the last messages', () => {
    expect(spanOf(keyed(10_000), TAIL_PLACE)).to.deep.equal({ start: 10_000 - TAIL, end: 10_000 });
    expect(spanOf(keyed(3), TAIL_PLACE)).to.deep.equal({ start: 0, end: 3 });
  });

  it('[UI-7] held at a message, it stays there when others come before and after', () => {
    const place = placeAt(keyed(100, 500), { start: 20, end: 60 });
    expect(spanOf(keyed(200, 450), place)).to.deep.equal({ start: 70, end: 110 });
  });

  it('[UI-7] when its first message is gone it shows the end', () => {
    expect(spanOf(keyed(100), { at: 'message', first: 'gone', count: 10 })).to.deep.equal({ start: 20, end: 100 });
  });

  it('[UI-6] any walk up and down stays within the list and its bound, and upward it reaches the first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.array(fc.boolean(), { maxLength: 80 }), (length, steps) => {
        let span = spanOf(keyed(length), TAIL_PLACE);
        for (const up of steps) {
          span = up ? extendUp(span) : extendDown(span, length);
          expect(span.start).to.be.at.least(0);
          expect(span.end).to.be.at.most(length);
          expect(span.end - span.start).to.be.within(1, MOST);
        }
        while (span.start > 0) span = extendUp(span);
        expect(extendUp(span)).to.equal(span);
      }),
    );
  });
});
