import { expect } from 'chai';
import { Recent } from '../../../server/trust/recent.ts';

describe('what was made of texts', () => {
  it('[SIG-1] is kept while it is used, and at most so many', () => {
    let now = 0;
    const recent = new Recent<string>({ most: 3, idle: 100, now: () => now });
    let made = 0;
    const read = (text: string) =>
      recent.read(text, () => {
        made += 1;
        return text.toUpperCase();
      });
    expect(['a', 'b', 'a', 'c', 'a'].map(read)).to.deep.equal(['A', 'B', 'A', 'C', 'A']);
    expect(made).to.equal(3);
    read('d'); // b was used longest ago
    expect(recent.size).to.equal(3);
    read('a');
    expect(made).to.equal(4);
    now = 99;
    read('a');
    read('c');
    now = 100;
    read('e'); // d is idle
    expect([recent.size, made]).to.deep.equal([3, 5]);
    now = 198;
    read('f');
    expect([recent.size, made], 'one over the most').to.deep.equal([3, 6]);
    now = 500;
    read('g');
    expect(recent.size, 'all others are idle').to.equal(1);
  });

  it('[SIG-1] is not kept where it came to nothing', () => {
    const recent = new Recent<string>({ most: 3, idle: 100, now: () => 0 });
    expect(recent.read('a', () => undefined)).to.equal(undefined);
    expect(recent.size).to.equal(0);
  });
});
