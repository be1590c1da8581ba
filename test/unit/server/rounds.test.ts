import { expect } from 'chai';
import { Rounds } from '../../../server/rounds.ts';

describe('rounds', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

  it('come by everyone once, in so many parts', () => {
    const hundred = new Set(numbers(100));
    const rounds = new Rounds(() => hundred, 20);
    const parts = numbers(20).map(() => [...rounds.next()]);
    expect(parts.map(({ length }) => length)).to.deep.equal(numbers(20).map(() => 5));
    expect(parts.flat()).to.deep.equal(numbers(100));
  });

  it('begin anew after the last one, and find who came meanwhile but not who went', () => {
    const all = new Set(numbers(10));
    const rounds = new Rounds(() => all, 2);
    expect([...rounds.next()]).to.deep.equal([0, 1, 2, 3, 4]);
    all.delete(7);
    all.add(10);
    expect([...rounds.next()]).to.deep.equal([5, 6, 8, 9, 10]);
    expect([...rounds.next()]).to.deep.equal([]);
    expect([...rounds.next()]).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('end, however many come meanwhile: who was there first has a turn again', () => {
    const all = new Set(numbers(10));
    const rounds = new Rounds(() => all, 20);
    const seen: number[] = [];
    for (let part = 0; part < 20; part += 1) {
      seen.push(...rounds.next());
      for (let more = 0; more < 10; more += 1) all.add(1_000 + part * 10 + more);
    }
    expect(seen.filter((number) => number === 0).length).to.be.greaterThan(1);
  });

  it('come by a few in each round, however many parts it has, and by nobody where nobody is', () => {
    const all = new Set<number>();
    const rounds = new Rounds(() => all, 20);
    expect([...rounds.next()]).to.deep.equal([]);
    all.add(1);
    const seen = numbers(20).flatMap(() => [...rounds.next()]);
    expect(seen).to.not.be.empty;
  });
});
