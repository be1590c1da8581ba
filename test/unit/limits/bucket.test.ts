import { expect } from 'chai';
import { Bucket, PAUSE_MS } from '../../../server/limits/bucket.ts';

describe('a bucket', () => {
  it('[LIM-1] lets the burst through at once and then the rate, and says how long to wait', () => {
    const bucket = new Bucket({ perSecond: 10, burst: 600 }, 0);
    for (let n = 0; n < 600; n += 1) expect(bucket.take(0)).to.equal(0);
    expect(bucket.take(0)).to.equal(PAUSE_MS);
    expect(bucket.take(400)).to.equal(PAUSE_MS - 400);
    const passed = Array.from({ length: 20 }, () => bucket.take(PAUSE_MS)).filter((wait) => wait === 0);
    expect(passed).to.have.length(10);
  });

  it('[LIM-2] who has used it up is refused as a whole until the time it was told', () => {
    const bucket = new Bucket({ perSecond: 100, burst: 1 }, 0);
    expect(bucket.take(0)).to.equal(0);
    const wait = bucket.take(5);
    expect(wait).to.equal(PAUSE_MS);
    for (const at of [20, 500, 1_004]) expect(bucket.take(at), `${at}`).to.equal(5 + PAUSE_MS - at);
    expect(bucket.take(5 + PAUSE_MS)).to.equal(0);
  });

  it('[LIM-1] what is slow is told to wait for as long as it takes', () => {
    const bucket = new Bucket({ perSecond: 1 / 60, burst: 1 }, 0);
    expect(bucket.take(0)).to.equal(0);
    expect(bucket.take(0)).to.be.closeTo(60_000, 1);
  });

  it('[LIM-1] more at once than it holds takes all of it', () => {
    const bucket = new Bucket({ perSecond: 5, burst: 50 }, 0);
    expect(bucket.take(0, 64)).to.equal(0);
    expect(bucket.take(0)).to.be.greaterThan(0);
    expect(bucket.take(4_000, 64)).to.be.greaterThan(0);
    expect(bucket.take(20_000, 64)).to.equal(0);
  });
});
