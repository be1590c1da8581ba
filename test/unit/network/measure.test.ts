import { expect } from 'chai';
import { type Course, measure, type Side } from '../../network/lab/measure.ts';
import type { LabEvent } from '../../network/lab/record.ts';

/** Ada writes at 0 and 100, a fault lasts from 50 to 200, Ben gets the second message at 450. */
const ADA: Side = {
  written: ['Ada 1', 'Ada 2'],
  conversation: ['Ada 1', 'Ada 2'],
  events: [
    { type: 'wrote', at: 0, text: 'Ada 1' },
    { type: 'wrote', at: 100, text: 'Ada 2' },
    { type: 'link-closed', at: 130 },
    { type: 'chip', at: 140, path: 'relayed' },
    { type: 'link-hello', at: 380 },
    { type: 'chip', at: 390, path: 'direct' },
  ],
};
const BEN: Side = {
  written: [],
  conversation: ['Ada 1', 'Ada 2'],
  events: [
    { type: 'received', at: 10, text: 'Ada 1' },
    { type: 'link-closed', at: 150 },
    { type: 'chip', at: 160, path: 'relayed' },
    { type: 'link-hello', at: 400 },
    { type: 'chip', at: 410, path: 'direct' },
    { type: 'received', at: 450, text: 'Ada 2' },
  ],
};

function course(ben: Partial<Side> = {}): Course {
  return { begun: 50, until: 200, healed: 200, path: 'direct', sides: [ADA, { ...BEN, ...ben }] };
}

describe('what a network test measures', () => {
  it('[BAD-1] counts what was lost, what came twice, and another order', () => {
    const { lost, twice, sameOrder } = measure(course());
    expect({ lost, twice, sameOrder }).to.deep.equal({ lost: 0, twice: 0, sameOrder: true });
    expect(measure(course({ conversation: ['Ada 1'] })).lost).to.equal(1);
    expect(measure(course({ conversation: ['Ada 1', 'Ada 2', 'Ada 1'] })).twice).to.equal(1);
    expect(measure(course({ conversation: ['Ada 2', 'Ada 1'] })).sameOrder).to.equal(false);
    const again: LabEvent = { type: 'received', at: 500, text: 'Ada 2' };
    expect(measure(course({ events: [...BEN.events, again] })).twice).to.equal(1);
  });

  it('[BAD-2] takes the slower side', () => {
    const { linkDead, fellBack, recovered } = measure(course());
    expect({ linkDead, fellBack, recovered }).to.deep.equal({ linkDead: 100, fellBack: 110, recovered: 210 });
  });

  it('[BAD-3] counts catching up from the hello that both have had', () => {
    const { arrived, caughtUp, longest } = measure(course());
    expect({ arrived, caughtUp, longest }).to.deep.equal({ arrived: 250, caughtUp: 50, longest: 350 });
  });

  it('[BAD-3] takes the relay for the new path where both have joined it before they are linked again', () => {
    const joins: readonly LabEvent[] = [
      { type: 'connection', at: 60, state: 'down', path: 'connecting', peers: 0 },
      { type: 'connection', at: 300, state: 'online', path: 'relayed', peers: 0 },
    ];
    const events = [...BEN.events, ...joins].sort((a, b) => a.at - b.at);
    expect(measure(course({ events })).caughtUp).to.equal(150);
  });
});
