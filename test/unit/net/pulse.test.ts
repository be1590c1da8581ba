import { expect } from 'chai';
import sinon from 'sinon';
import { Pulse, type PulsePolicy } from '../../../widget/net/pulse.ts';
import type { Platform } from '../../../widget/runtime/ports.ts';

const POLICY = { every: 2_000, again: 2_000, deadAfter: 7_000 };
const RELAY = { every: 6_000, again: 1_500, deadAfter: 9_000 };

describe('the pulse of a connection', () => {
  let clock: sinon.SinonFakeTimers;
  let asked: number[];
  let died: number[];
  let pulse: Pulse;
  let begin: (policy: PulsePolicy) => void;

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    asked = [];
    died = [];
    const platform: Platform = {
      now: () => Date.now(),
      random: () => 0,
      randomId: () => '',
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    };
    begin = (policy) => {
      pulse?.stop();
      asked = [];
      pulse = new Pulse(policy, platform, {
        ask: () => asked.push(Date.now()),
        dead() {
          died.push(Date.now());
          pulse.stop();
        },
      });
      pulse.start();
    };
    begin(POLICY);
  });
  afterEach(() => clock.restore());

  it('[LINK-2] asks every 2 s, and goes on as long as it is answered', () => {
    for (let second = 0; second < 60; second += 1) {
      pulse.heard();
      clock.tick(1_000);
    }
    expect(asked.slice(0, 4)).to.deep.equal([0, 2_000, 4_000, 6_000]);
    expect(asked.length).to.be.greaterThan(29);
    expect(died).to.deep.equal([]);
  });

  it('[NET-1] of a relay is asked for every 6 s, after 1.5 s again where that is not answered', () => {
    begin(RELAY);
    for (let second = 0; second < 20; second += 1) {
      pulse.heard();
      clock.tick(1_000);
    }
    expect(asked).to.deep.equal([0, 6_000, 12_000, 18_000]);
    clock.tick(30_000);
    expect(asked.slice(3, 6)).to.deep.equal([18_000, 24_000, 25_500]);
    expect(died).to.deep.equal([19_000 + RELAY.deadAfter]);
  });

  for (const lastHeard of [0, 100, 1_900, 5_900]) {
    it(`[NET-1] of a relay ends 9 s after the last sign of life, here at ${lastHeard} ms`, () => {
      begin(RELAY);
      clock.tick(lastHeard);
      pulse.heard();
      clock.tick(30_000);
      expect(died).to.deep.equal([lastHeard + RELAY.deadAfter]);
    });
  }

  for (const lastHeard of [0, 100, 1_900]) {
    it(`[LINK-2] [NET-1] ends 7 s after the last sign of life, here at ${lastHeard} ms`, () => {
      clock.tick(lastHeard);
      pulse.heard();
      clock.tick(30_000);
      expect(died).to.deep.equal([lastHeard + POLICY.deadAfter]);
    });
  }

  it('[LINK-2] does not take the sleep of its own page for the silence of the other', () => {
    clock.tick(1_000);
    clock.setSystemTime(60_000);
    clock.tick(1_000);
    expect(died).to.deep.equal([]);
    pulse.heard();
    clock.tick(6_000);
    expect(died).to.deep.equal([]);
  });

  it('[LINK-2] ends soon after such a sleep where nothing answers', () => {
    clock.tick(1_000);
    clock.setSystemTime(60_000);
    clock.tick(3_000);
    expect(died).to.have.length(1);
  });

  it('[NET-1] ends where a probe is not answered in time, and goes on where it is', () => {
    clock.tick(1_000);
    pulse.probe(3_000);
    clock.tick(100);
    pulse.heard();
    clock.tick(4_000);
    expect(died).to.deep.equal([]);
    pulse.heard();
    clock.tick(1);
    pulse.probe(3_000);
    clock.tick(3_000);
    expect(died).to.have.length(1);
  });

  it('asks nothing once it is stopped', () => {
    pulse.stop();
    pulse.probe(1_000);
    clock.tick(60_000);
    expect(asked).to.deep.equal([0]);
    expect(died).to.deep.equal([]);
  });
});
