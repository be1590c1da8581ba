import { expect } from 'chai';
import { Meter } from '../../../demo/lab/measures.ts';

describe('measures of the lab', () => {
  it('[DEMO-6] nothing is measured before something was seen', () => {
    const { link, relay, retries, links, setUp } = new Meter().read();
    const none = { roundTrip: undefined, jitter: undefined, lost: 0, duplicates: 0 };
    expect([link, relay, retries, links, setUp]).to.deep.equal([
      none,
      none,
      0,
      { opened: 0, failed: 0, closed: 0 },
      undefined,
    ]);
  });

  it('[DEMO-6] round trips are told by their median, jitter by how they differ from one to the next, for each path', () => {
    const meter = new Meter();
    for (const ms of [10, 40, 20]) meter.add({ type: 'round-trip', path: 'link', ms });
    meter.add({ type: 'round-trip', path: 'relay', ms: 90 });
    expect(meter.read().link).to.deep.include({ roundTrip: 20, jitter: 25 });
    expect(meter.read().relay).to.deep.include({ roundTrip: 90, jitter: undefined });
  });

  it('[DEMO-6] what was long ago no longer counts', () => {
    const meter = new Meter();
    for (let count = 0; count < 50; count += 1) meter.add({ type: 'round-trip', path: 'link', ms: 500 });
    for (let count = 0; count < 50; count += 1) meter.add({ type: 'round-trip', path: 'link', ms: 5 });
    expect(meter.read().link).to.deep.include({ roundTrip: 5, jitter: 0 });
  });

  it('[DEMO-6] losses, duplicates, retries and the ends of links are counted', () => {
    const meter = new Meter();
    meter.add({ type: 'lost', path: 'link' });
    meter.add({ type: 'duplicate', path: 'relay' });
    meter.add({ type: 'retry', attempt: 1 });
    meter.add({ type: 'retry', attempt: 2 });
    meter.add({ type: 'link', outcome: 'opened', ms: 80 });
    meter.add({ type: 'link', outcome: 'failed', ms: 8_000 });
    meter.add({ type: 'link', outcome: 'closed', ms: 60_000 });
    const { link, relay, retries, links, setUp } = meter.read();
    expect([link.lost, relay.lost, link.duplicates, relay.duplicates, retries, setUp]).to.deep.equal([
      1, 0, 0, 1, 2, 80,
    ]);
    expect(links).to.deep.equal({ opened: 1, failed: 1, closed: 1 });
  });
});
