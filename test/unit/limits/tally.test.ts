import { expect } from 'chai';
import sinon from 'sinon';
import { type Account, memoryAccounts, type Spent } from '../../../server/limits/account.ts';
import { type Rate, windowOf } from '../../../server/limits/rate.ts';
import { Tally } from '../../../server/limits/tally.ts';

const RATE: Rate = { perSecond: 10, burst: 40 };
const WINDOW_MS = 4_000;

describe('a tally', () => {
  let clock: sinon.SinonFakeTimers;
  const open: Tally[] = [];

  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });

  afterEach(() => {
    for (const tally of open.splice(0)) tally.close();
    clock.restore();
  });

  const tallyOn = (account: Account): Tally => {
    const tally = new Tally(RATE, account, () => clock.now);
    open.push(tally);
    return tally;
  };
  const passed = (tally: Tally, key: string, tries: number) =>
    Array.from({ length: tries }, () => tally.take(key)).filter((wait) => wait === 0).length;

  it('[LIM-5] a window lasts as long as it takes to earn the burst anew', () => {
    expect(windowOf({ perSecond: 20, burst: 200 })).to.deep.equal({ seconds: 10, points: 200 });
    expect(windowOf({ perSecond: 500, burst: 1 })).to.deep.equal({ seconds: 1, points: 500 });
    expect(windowOf({ perSecond: 3, burst: 10 })).to.deep.equal({ seconds: 4, points: 12 });
  });

  it('[LIM-5] lets a window through, each key its own, and says when the next begins', async () => {
    const tally = tallyOn(memoryAccounts('t', windowOf(RATE)));
    expect(passed(tally, 'a', 50)).to.equal(40);
    await clock.tickAsync(1_000);
    expect(tally.take('a')).to.be.within(WINDOW_MS - 1_000, WINDOW_MS);
    expect(passed(tally, 'b', 50)).to.equal(40);
    await clock.tickAsync(WINDOW_MS);
    expect(passed(tally, 'a', 50)).to.equal(40);
  });

  it('[LIM-6] two processes on one account let through one window, and at most an eighth each beyond it', async () => {
    const account = memoryAccounts('t', windowOf(RATE));
    const [one, two] = [tallyOn(account), tallyOn(account)];
    let sum = 0;
    for (let round = 0; round < 100; round += 1) {
      sum += passed(one, 'a', 1) + passed(two, 'a', 1);
      await clock.tickAsync(10);
    }
    expect(sum).to.be.within(40, 50);
  });

  it('[LIM-6] a message asks the account nothing: it is told sums', async () => {
    const account = { spend: sinon.fake.resolves({ points: 3, leftMs: 4_000 }) };
    const tally = tallyOn(account);
    expect(passed(tally, 'a', 3)).to.equal(3);
    expect(account.spend.callCount).to.equal(0);
    await clock.tickAsync(200);
    expect(account.spend.args).to.deep.equal([['a', 3]]);
    await clock.tickAsync(1_000);
    expect(account.spend.callCount).to.equal(1);
  });

  it('[LIM-7] while the account is away each process counts alone', async () => {
    const account = { spend: sinon.fake.rejects(new Error('away')) };
    const tally = tallyOn(account);
    expect(passed(tally, 'a', 25)).to.equal(25);
    await clock.tickAsync(1_000);
    expect(passed(tally, 'a', 25)).to.equal(15);
    await clock.tickAsync(WINDOW_MS);
    expect(passed(tally, 'a', 50)).to.equal(40);
  });

  it('[LIM-7] what is being told counts until it has been answered', async () => {
    let answer: (spent: Spent) => void = () => undefined;
    const account = { spend: () => new Promise<Spent>((resolve) => (answer = resolve)) };
    const tally = tallyOn(account);
    expect(passed(tally, 'a', 40)).to.equal(40);
    await clock.tickAsync(1_000);
    expect(tally.take('a')).to.be.greaterThan(0);
    answer({ points: 40, leftMs: 2_000 });
    await clock.tickAsync(0);
    expect(tally.take('a')).to.be.closeTo(2_000, 1);
  });
});
