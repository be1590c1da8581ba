import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { restore, stub } from 'sinon';
import { Pulse } from '../../../server/redis/pulse.ts';

describe('a relay’s beats to Redis', () => {
  let now = 0;
  let pulse: Pulse;
  const turns: boolean[] = [];

  beforeEach(() => {
    now = 0;
    turns.length = 0;
    stub(performance, 'now').callsFake(() => now);
    fails = undefined;
    const answer = () => (fails ? Promise.reject(fails) : Promise.resolve(0));
    const commands = { eval: answer, evalsha: answer, publish: async () => 1, on: () => undefined } as unknown as Redis;
    pulse = new Pulse({
      commands,
      node: 'n',
      own: 'o',
      onChange: (isUp) => turns.push(isUp),
      onLate: () => undefined,
      onSilent: () => undefined,
    });
    pulse.heard();
  });

  afterEach(() => {
    pulse.stop();
    restore();
  });

  let fails: Error | undefined;

  const beatAt = (ms: number) => {
    now = ms;
    return pulse.beat();
  };

  it('[RED-10] that do not come back mean within 2 s that Redis is away', async () => {
    for (const ms of [500, 1_000]) await beatAt(ms);
    expect(turns).to.deep.equal([true]);
    await beatAt(1_500);
    expect(turns).to.deep.equal([true, false]);
    pulse.heard();
    expect(turns).to.deep.equal([true, false, true]);
  });

  it('[RED-10] that come back late each time mean it soon enough, too', async () => {
    await beatAt(500);
    now = 540; // as long as a busy relay takes to hear it
    pulse.heard();
    for (const ms of [1_000, 1_500]) await beatAt(ms);
    expect(turns).to.deep.equal([true]);
    await beatAt(2_000);
    expect(turns).to.deep.equal([true, false]);
  });

  it('[RED-18] do not mean it where the relay itself did not listen', async () => {
    await beatAt(500);
    await beatAt(10_500);
    expect(turns).to.deep.equal([true]);
    pulse.heard();
    await beatAt(20_500);
    expect(turns).to.deep.equal([true]);
    for (const ms of [21_000, 21_500]) await beatAt(ms);
    expect(turns).to.deep.equal([true, false]);
  });

  it('[RED-13] say who is dead only where Redis has taken them for as long as a relay is given to live', async () => {
    const steady: number[] = [];
    const beats = async (from: number, to: number) => {
      for (let ms = from; ms <= to; ms += 500) {
        pulse.heard();
        await beatAt(ms);
        if (pulse.isSteady) steady.push(ms);
      }
    };
    await beats(500, 11_000);
    expect(steady).to.deep.equal([10_500, 11_000]);
    fails = new Error('OOM command not allowed');
    await beats(11_500, 12_000);
    fails = undefined;
    await beats(12_500, 22_500);
    expect(steady).to.deep.equal([10_500, 11_000, 22_500]);
    pulse.lost();
    expect(pulse.isSteady).to.equal(false);
  });

  it('[RED-10] are not waited for where the connection has broken', () => {
    pulse.lost();
    expect(turns).to.deep.equal([true, false]);
  });
});
