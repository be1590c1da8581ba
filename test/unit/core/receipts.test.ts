import { expect } from 'chai';
import { detailsOf } from '../../../widget/core/details.ts';
import { CoreDriver, entryId, idOf, joinReply, member, message, replica, START } from '../../support/core-driver.ts';

function ack(driver: CoreDriver, name: string, held: number, read?: number): void {
  const frame = { v: 1, kind: 'ack', from: replica(name), ranges: [[1, held]], ...(read ? { read } : {}) } as const;
  driver.put({ type: 'control', via: 'relay', frame });
}

describe('receipts', () => {
  it('[READ-1] what comes while the visitor sees it is read, and its author hears so with the ack', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'visible', visible: true });
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1)] });
    driver.wait(1_000);
    expect(acks(driver)).to.deep.equal([{ ranges: [[1, 1]], read: 1 }]);
  });

  it('[READ-1] what came unseen is read when the visitor looks', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1), message('bob', 2)] });
    driver.wait(1_000);
    expect(acks(driver)).to.deep.equal([{ ranges: [[1, 2]] }]);
    driver.put({ type: 'visible', visible: true });
    driver.wait(1_000);
    expect(acks(driver)).to.deep.equal([{ ranges: [[1, 2]], read: 2 }]);
    driver.put({ type: 'visible', visible: false });
    driver.put({ type: 'visible', visible: true });
    driver.wait(1_000);
    expect(acks(driver)).to.deep.equal([]);
  });

  it('[READ-2] my message rises to read, and its reader stands under the last one they have read', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    for (const [n, text] of ['one', 'two', 'three'].entries()) {
      driver.say(text);
      driver.put({ type: 'relay-acked', id: entryId(n + 1) });
    }
    ack(driver, 'bob', 3, 2);
    const rows = driver.view().messages.map(({ status, seenBy }) => [status, seenBy.map(({ name }) => name)]);
    expect(rows).to.deep.equal([
      ['read', []],
      ['read', ['bob']],
      ['delivered', []],
    ]);
    ack(driver, 'bob', 3, 1);
    expect(driver.row('two')?.status).to.equal('read');
  });

  it('[READ-2] nobody has read what I have not said yet', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    ack(driver, 'bob', 9, 9);
    driver.say('one');
    expect(driver.row('one')?.status).to.equal('queued');
  });

  it('[FACT-1] details say who has a message, when and by which path', () => {
    const driver = CoreDriver.inRoom([member('bob'), member('cyd')]);
    driver.say('one');
    driver.put({ type: 'relay-acked', id: entryId(1) });
    driver.now += 500;
    ack(driver, 'bob', 1, 1);
    const details = detailsOf(driver.state, 'draft one');
    expect(details?.relayed).to.equal(true);
    expect(details?.receipts.map(({ name, held, read, at, path }) => [name, held, read, at, path])).to.deep.equal([
      ['bob', true, true, START + 500, 'relay'],
      ['cyd', false, false, undefined, undefined],
    ]);
    driver.link('bob');
    driver.put({ type: 'entries', via: replica('bob'), frames: [message('bob', 1)] });
    expect(detailsOf(driver.state, idOf('bob', 1))?.arrived).to.deep.equal({ at: START + 500, path: 'link' });
    expect(detailsOf(driver.state, 'nothing')).to.equal(undefined);
  });

  it('[PRES-9] who has gone was last seen when they went, until they are back', () => {
    const driver = CoreDriver.inRoom([member('bob'), member('cyd')]);
    driver.now += 1_000;
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'leave', replica: replica('bob') } });
    expect(driver.view().away.map(({ name, seenAt }) => [name, seenAt])).to.deep.equal([['bob', START + 1_000]]);
    driver.put({ type: 'relay-joined', reply: joinReply([member('me'), member('bob')]), now: driver.now });
    expect(driver.view().away.map(({ name }) => name)).to.deep.equal(['cyd']);
  });
});

function acks(driver: CoreDriver): unknown[] {
  const said = driver.effects.flatMap((effect) => {
    if (effect.type !== 'send-relay' || !('kind' in effect.frame) || effect.frame.kind !== 'ack') return [];
    const { ranges, read } = effect.frame;
    return [read === undefined ? { ranges } : { ranges, read }];
  });
  driver.effects = [];
  return said;
}
