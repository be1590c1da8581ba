import { expect } from 'chai';
import sinon from 'sinon';
import { openLinks } from '../../../widget/net/links.ts';
import type { LinkWire, Platform } from '../../../widget/runtime/ports.ts';
import { replica } from '../../support/core-driver.ts';

const MINE = replica('m');
const LOWER = replica('a');
const HIGHER = replica('z');

describe('links while the relay takes no signals', () => {
  it('[LIM-14] no attempt begins and no offer is asked for before the time the relay has told', () => {
    let now = 1_000;
    const waits: number[] = [];
    const after = (ms: number) => {
      waits.push(ms);
      return () => undefined;
    };
    const signal = sinon.spy();
    const platform = { now: () => now, random: () => 0.5, randomId: () => 'session', after } as unknown as Platform;
    const wire = { retryDelay: () => 100 } as unknown as LinkWire;
    const events = {
      ...{ opened: sinon.spy(), closed: sinon.spy(), frame: sinon.spy() },
      ...{ signal, observe: sinon.spy() },
    };
    const links = openLinks(MINE, events, platform, wire);
    links.rest(7_000);
    links.want([HIGHER], [HIGHER], true);
    expect(waits).to.have.length(1);
    expect(waits[0]).to.be.within(7_000, 9_000);
    now += 6_000;
    links.retryNow();
    expect(waits[1]).to.be.within(1_000, 3_000);
    links.want([HIGHER, LOWER], [], true);
    expect(signal.callCount).to.equal(0);
    links.close();
  });
});
