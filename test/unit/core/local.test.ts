import { expect } from 'chai';
import { CoreDriver, message, replica, START } from '../../support/core-driver.ts';

const local = () => {
  const driver = new CoreDriver(undefined, replica('me'), true);
  driver.put({ type: 'named', name: 'Me' });
  return driver;
};

describe('a room without a relay', () => {
  it('[INV-15] is Waiting until somebody is linked, then Direct, and never Connecting, Offline or Down by itself', () => {
    const driver = local();
    const seen = () => [driver.view().path, driver.view().connection.state];
    expect(driver.view().local).to.equal(true);
    expect(seen()).to.deep.equal(['waiting', 'online']);
    driver.wait(60_000);
    expect(seen()).to.deep.equal(['waiting', 'online']);
    driver.link('bob');
    expect(seen()).to.deep.equal(['direct', 'online']);
    driver.put({ type: 'link-closed', replica: replica('bob') });
    driver.put({ type: 'relay-down', retryAt: START });
    driver.put({ type: 'disconnected' });
    expect(seen()).to.deep.equal(['waiting', 'online']);
    driver.put({ type: 'browser', online: false });
    expect(seen()).to.deep.equal(['offline', 'browser-offline']);
    driver.put({ type: 'left' });
    driver.put({ type: 'named', name: 'Me' });
    driver.put({ type: 'browser', online: true });
    expect(seen()).to.deep.equal(['waiting', 'online']);
    expect(new CoreDriver().view().local).to.equal(false);
  });

  it('[INV-15] what is said waits for a link, and has arrived when those who are linked have it', () => {
    const driver = local();
    driver.put({ type: 'composed', draft: 'd1', content: { kind: 'message', text: 'hi' } });
    expect(driver.view().messages[0]).to.include({ status: 'queued' });
    driver.link('bob');
    expect(driver.view().messages[0]).to.include({ status: 'sent' });
    expect(driver.state.outbox).to.have.length(1);
    driver.put({ type: 'control', via: replica('bob'), frame: { v: 1, kind: 'ack', ranges: [[1, 1]] } });
    expect(driver.view().messages[0]).to.include({ status: 'delivered' });
    expect(driver.state.outbox).to.deep.equal([]);
  });

  it('[INV-12] takes the inviter’s clock, backwards too: what was said by a wrong one does not push it ahead', () => {
    const driver = local();
    driver.link('bob');
    driver.put({ type: 'clock', skew: 3_600_000 });
    driver.put({ type: 'entries', via: replica('bob'), frames: [message('bob', 1, 'hi', driver.now + 3_600_000)] });
    expect(
      driver.view().messages.map(({ text }) => text),
      'not parked',
    ).to.deep.equal(['hi']);
    expect(driver.state.clock[0]).to.be.at.least(driver.now + 3_600_000);
    driver.put({ type: 'clock', skew: 0 });
    expect(driver.state.clock[0]).to.be.at.most(driver.now + 5 * 60_000);
  });
});
