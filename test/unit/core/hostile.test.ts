import { expect } from 'chai';
import type { EntryFrame, FrameOf } from '../../../protocol/frames.ts';
import { guestId } from '../../../protocol/ids.ts';
import { detailsOf } from '../../../widget/core/details.ts';
import { HAVE_REPLICAS } from '../../../widget/core/log.ts';
import { CoreDriver, entryId, idOf, joinReply, member, message, replica, START } from '../../support/core-driver.ts';

const HISTORY_OFF = { settings: { history: 0, mesh: 8 } };

function hello(name: string, user: string, have = {}): FrameOf<'hello'> {
  return { v: 1, kind: 'hello', author: { user: guestId(replica(user)), name }, have };
}

describe('a peer or a guest who means harm', () => {
  it('[CATCH-3] cannot make members give the relay the same for ever by numbers with many gaps', () => {
    const driver = CoreDriver.inRoom([]);
    const frames = Array.from({ length: 60 }, (_, i) => message('gone', 2 * i + 1));
    driver.put({ type: 'entries', via: 'relay', frames });
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')], { epoch: 'another' }), now: START });
    driver.effects = [];
    driver.wait(10 * 60_000);
    expect(driver.sent().length).to.be.at.most(60);
  });

  it('[CATCH-6] row 33: gets one answer at a time to its questions', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.put({ type: 'entries', via: 'relay', frames: [message('cyd', 1)] });
    driver.link('bob', { [replica('cyd')]: [[1, 1]] });
    driver.effects = [];
    const fetch = { v: 1, kind: 'fetch', below: [START + 9, 0] } as const;
    for (let n = 0; n < 100; n += 1) driver.put({ type: 'control', via: replica('bob'), frame: fetch });
    expect(driver.sent()).to.deep.equal(['link bob entries']);
  });

  it('[CATCH-6] is not answered by members where the relay keeps a log, nor heard where it was not asked', () => {
    const kept = CoreDriver.inRoom([member('bob')]);
    kept.put({ type: 'entries', via: 'relay', frames: [message('cyd', 1)] });
    kept.effects = [];
    kept.put({ type: 'control', via: 'relay', frame: { ...hello('bob', 'bob'), from: replica('bob'), asks: true } });
    expect(kept.sent()).to.deep.equal([]);
    const entries = { v: 1, kind: 'entries', from: replica('bob'), entries: [message('eve', 1)], more: false } as const;
    kept.put({ type: 'control', via: 'relay', frame: entries });
    expect(kept.view().messages.map(({ text }) => text)).to.deep.equal(['cyd 1']);
  });

  it('[CATCH-4] cannot fill what is parked with what will never come', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    const far = Array.from({ length: 100 }, (_, i) => message('bob', i + 1, `far ${i}`, START + 2 ** 40));
    driver.put({ type: 'entries', via: replica('bob'), frames: far });
    const soon = message('cyd', 1, 'soon', START + 5 * 60_000 + 1_000);
    driver.put({ type: 'entries', via: replica('bob'), frames: [soon] });
    driver.wait(1_000);
    expect(driver.row('soon')?.text).to.equal('soon');
  });

  it('[REPL-1] does not make this client another by a claim alone', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'relay-down' });
    driver.link('bob', { [replica('me')]: [[1, 99]] });
    expect(driver.effects.some(({ type }) => type === 'renew')).to.equal(false);
  });
});

describe('what lasts', () => {
  it('[CORE-3] a status stays when those who acknowledged it are long forgotten', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('one');
    driver.put({ type: 'relay-acked', id: entryId(1) });
    const ack = (name: string, from: number, read: number) =>
      driver.put({
        type: 'control',
        via: 'relay',
        frame: { v: 1, kind: 'ack', from: replica(name), ranges: [[from, from]], read },
      });
    ack('bob', 1, 1);
    driver.say('two');
    for (let n = 0; n < 100; n += 1) ack(`n${n}`, 2, 2);
    expect(driver.row('one')?.status).to.equal('read');
  });

  it('[CATCH-6] what is known of replicas is bounded, however many have come and gone', () => {
    const driver = CoreDriver.inRoom([]);
    const frames = Array.from({ length: 3_000 }, (_, n) => message(`guest${n}`, 1, `${n}`, START + n, n + 1));
    for (let n = 0; n < 30; n += 1)
      driver.put({ type: 'entries', via: 'relay', frames: frames.slice(n * 100, n * 100 + 100) });
    expect(driver.state.log.have.size).to.equal(HAVE_REPLICAS);
    driver.put({ type: 'entries', via: 'relay', frames: [message('guest0', 1, '0', START, 1)] });
    expect(driver.view().messages).to.have.length(3_000);
  });

  it('[CATCH-3] a client back in a big room gives its relay nothing that it did not ask after', () => {
    const driver = CoreDriver.inRoom([]);
    const frames = Array.from({ length: 1_000 }, (_, i) => message(`guest${i}`, 1, `${i}`, START + i, i + 1));
    driver.put({ type: 'entries', via: 'relay', frames });
    driver.put({ type: 'relay-down' });
    driver.effects = [];
    const asked = driver.hello();
    const reply = joinReply([member('me')], { have: asked, recovered: true, offset: 1_000 });
    driver.put({ type: 'relay-joined', reply, now: START });
    driver.wait(60_000);
    expect(driver.sent()).to.deep.equal([]);
  });

  it('[CATCH-2] the cursor waits while older pages that may be missing are asked for', () => {
    const driver = CoreDriver.inRoom([member('bob')], { entries: [message('bob', 1, 'a', START, 1)], offset: 1 });
    const entries = [message('bob', 9, 'i', START + 9, 9)];
    const reply = joinReply([member('me'), member('bob')], { epoch: 'new', entries, more: true, offset: 9 });
    driver.put({ type: 'relay-joined', reply, now: START });
    expect(driver.state.cursor).to.equal(undefined);
    driver.put({ type: 'entries', via: 'relay', frames: [on('new', message('bob', 10, 'j', START + 10, 10))] });
    expect(driver.state.cursor).to.equal(undefined);
    const page = { v: 1, kind: 'entries', epoch: 'new', more: false } as const;
    const older = on('new', message('bob', 8, 'h', START + 8, 8));
    driver.put({ type: 'control', via: 'relay', frame: { ...page, entries: [older] } });
    expect(driver.state.cursor).to.deep.equal({ epoch: 'new', offset: 10, id: idOf('bob', 10) });
  });

  it('[CATCH-8] that there are older messages is known after a reload', () => {
    const driver = CoreDriver.inRoom([], { entries: [message('bob', 9, 'nine', START, 9)], more: true, offset: 9 });
    const kept = driver.effects; // inRoom has cleared what came before
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 10, 'ten', START + 1, 10)] });
    const [meta] = kept
      .concat(driver.effects)
      .flatMap((effect) =>
        effect.type === 'persist'
          ? effect.changes.flatMap((change) => (change.type === 'meta' ? [change.meta] : []))
          : [],
      );
    expect(meta?.earlier).to.equal(true);
    const again = new CoreDriver({ entries: driver.state.log.order, outbox: [], ...definedOf(meta) });
    expect(again.view().earlier).to.equal(true);
  });

  it('[CORE-8] a clock that was a day ahead is put right by the next join', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.now += 86_400_000;
    driver.say('tomorrow');
    driver.put({ type: 'relay-down' });
    driver.now -= 86_400_000;
    driver.put({
      type: 'relay-joined',
      reply: joinReply([member('me')], { have: { [replica('me')]: [[1, 1]] } }),
      now: START,
    });
    driver.say('today');
    expect(driver.state.clock[0]).to.equal(START);
  });

  it('[DEL-6] a void that waits for a day asks for no ticks without end', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('too much');
    driver.holdsStore = true;
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'too_large' });
    driver.put({ type: 'relay-down' });
    driver.now += 25 * 3_600_000;
    driver.put({ type: 'tick' });
    expect(driver.state.wakeAt ?? Number.POSITIVE_INFINITY).to.be.greaterThan(driver.now);
  });

  it('[FACT-1] what a member brought by the relay is not called direct', () => {
    const driver = CoreDriver.inRoom([member('bob', false)], HISTORY_OFF);
    driver.wait(3_000);
    const frame = { v: 1, kind: 'entries', from: replica('bob'), entries: [message('cyd', 1)], more: false } as const;
    driver.put({ type: 'control', via: 'relay', frame });
    expect(detailsOf(driver.state, idOf('cyd', 1))?.arrived?.path).to.equal('relay');
  });
});

function on(epoch: string, frame: EntryFrame): EntryFrame {
  return { ...frame, epoch };
}

function definedOf<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was kept');
  return value;
}
