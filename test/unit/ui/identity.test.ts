import { expect } from 'chai';
import { initialsOf, TINTS, tintOf } from '../../../widget/ui/identity.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

describe('identity', () => {
  it('[UI-16] initials of first and last word, or of the only one', () => {
    const names = {
      'Ada Byron': 'AB',
      'Ada M. Byron': 'AB',
      bo: 'B',
      eve_online: 'EO',
      张伟: '张',
      '🦊 Fox': '🦊F',
      '': '',
    };
    for (const [name, initials] of Object.entries(names)) expect(initialsOf(name, graphemes), name).to.equal(initials);
  });

  it('[UI-16] a user keeps one tint, and users are spread over all of them', () => {
    const counts = new Map<number, number>();
    for (let index = 0; index < 8_000; index += 1) {
      const tint = tintOf(`g-user${index}`);
      counts.set(tint, (counts.get(tint) ?? 0) + 1);
      expect(tintOf(`g-user${index}`)).to.equal(tint);
    }
    expect(counts.size).to.equal(TINTS);
    expect(Math.min(...counts.values())).to.be.above(700);
  });
});
