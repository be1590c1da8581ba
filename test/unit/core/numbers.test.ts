import { expect } from 'chai';
import type { EntryFrame } from '../../../protocol/frames.ts';
import { guestId, type RoomName } from '../../../protocol/ids.ts';
import { initialState } from '../../../widget/core/state.ts';
import { CoreDriver, entryId, joinReply, member, message, replica, START } from '../../support/core-driver.ts';

const HISTORY_OFF = { settings: { history: 0, mesh: 8 } };

function hello(name: string, have = {}, asks = false) {
  const author = { user: guestId(replica(name)), name };
  const from = replica(name);
  return { v: 1, kind: 'hello', from, author, have, ...(asks ? { asks: true } : {}) } as const;
}

/** What somebody has said before, under a draft of mine, as another member brings it. */
function saidBefore(author: string, text: string): EntryFrame {
  const said = message(author, 4, text);
  return { ...said, entry: { ...said.entry, payload: JSON.stringify({ text, draft: `draft ${text}` }) } };
}

/** In a room without history, linked with bob, as a new replica of who was `me`. */
function renewed(): CoreDriver {
  const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
  driver.put({ type: 'renewed', self: replica('me-again') });
  driver.link('bob');
  driver.wait(3_000);
  return driver;
}

describe('numbers', () => {
  it('[REPL-1] are not given anew to what turns out to have been said before the store was rolled back', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.holdsStore = true;
    driver.say('hello');
    const said = message('bob', 1, 'hello');
    const payload = JSON.stringify({ text: 'hello', draft: 'draft hello' });
    const entry = { ...said.entry, replica: replica('me'), seq: 4, payload };
    driver.put({ type: 'entries', via: 'relay', frames: [{ ...said, entry }] });
    expect(driver.state.outbox).to.deep.equal([]);
    expect(driver.effects.some(({ type }) => type === 'renew')).to.equal(true);
    driver.put({ type: 'renewed', self: replica('me-again') });
    expect(driver.view().messages.map(({ text }) => text)).to.deep.equal(['hello']);
  });

  it('[REPL-2] wait, too, where a key was kept and nothing else: others may hold what it said', () => {
    const state = initialState('room' as RoomName, replica('me'), undefined, START, true);
    expect(state.numbering.state).to.equal('unproven');
    expect(initialState('room' as RoomName, replica('me'), undefined, START).numbering.state).to.equal('safe');
  });

  it('[REPL-4] given twice to one message, as nobody who knew was there, are settled when the first comes', () => {
    const driver = renewed();
    driver.say('hello');
    expect(driver.row('hello')?.status).to.equal('sent');
    const again = driver.state.log.order[0]?.entry.id;
    driver.effects = [];
    const said = saidBefore('me', 'hello');
    driver.put({ type: 'entries', via: replica('bob'), frames: [said] });
    expect(driver.view().messages.map(({ key }) => key)).to.deep.equal([said.entry.id]);
    const deletes = driver.state.log.order.flatMap(({ entry }) => (entry.kind === 'delete' ? [entry.payload] : []));
    expect(deletes.map((text) => JSON.parse(text))).to.deep.equal([{ target: again, twin: said.entry.id }]);
    expect(driver.sent()).to.include('link bob entry delete');
  });

  it('[REPL-4] given to what its author has changed since stand: it says something of its own', () => {
    const driver = renewed();
    driver.say('helo');
    driver.compose('edit', { kind: 'edit', target: 'draft helo', text: 'hello' });
    const said = saidBefore('me', 'helo');
    driver.put({ type: 'entries', via: replica('bob'), frames: [said] });
    expect(driver.view().messages.map(({ text }) => text)).to.deep.equal(['helo', 'hello']);
    expect(driver.view().unread, 'what I have said is not new to me').to.equal(0);
  });

  it('[REPL-1] that nobody was given may turn out to stand for something else, which is taken then', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('hello');
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'sequence_conflict' });
    driver.put({ type: 'renewed', self: replica('me-again') });
    driver.put({ type: 'entries', via: 'relay', frames: [message('me', 1, 'said before')] });
    expect(driver.row('said before')).not.to.equal(undefined);
  });

  it('[REPL-4] given to what somebody else says under the same draft change nothing', () => {
    const driver = renewed();
    driver.say('hello');
    const said = saidBefore('bob', 'hello');
    driver.put({ type: 'entries', via: replica('bob'), frames: [said] });
    expect(driver.view().messages.map(({ text, mine }) => [text, mine])).to.deep.equal([
      ['hello', false],
      ['hello', true],
    ]);
  });

  it('[CATCH-7] [REPL-1] of a new replica wait for members without a link, who are asked at once', () => {
    const driver = CoreDriver.inRoom([member('bob', false)], HISTORY_OFF);
    driver.put({ type: 'relay-down' });
    driver.holdsStore = true;
    driver.say('hello');
    driver.put({ type: 'renewed', self: replica('me-again') });
    driver.effects = [];
    const reply = joinReply([member('me-again'), member('bob', false)], HISTORY_OFF);
    driver.put({ type: 'relay-joined', reply, now: driver.now });
    driver.wait(0);
    expect(driver.sent()).to.deep.equal(['relay bob hello']);
  });

  it('[REPL-1] that stand for another entry on the relay make me a new replica, and are given anew', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('hello');
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'sequence_conflict' });
    expect(driver.effects.some(({ type }) => type === 'renew')).to.equal(true);
    driver.put({ type: 'renewed', self: replica('me-again') });
    expect(driver.state.outbox.map(({ phase }) => phase)).to.deep.equal(['draft']);
    expect(driver.view().messages.map(({ text }) => text)).to.deep.equal(['hello']);
  });

  it('[DEL-2] that the store does not hold yet are given to nobody, whoever asks', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.holdsStore = true;
    driver.say('hello');
    const entry = { ...message('bob', 1, 'hello').entry, replica: replica('me') };
    driver.put({ type: 'sealed', entries: [{ draft: 'draft hello', entry }] });
    driver.put({ type: 'control', via: 'relay', frame: hello('bob', {}, true) });
    driver.link('bob');
    expect(driver.sent().filter((line) => line.includes('ent'))).to.deep.equal([]);
  });

  it('[DEL-6] [CATCH-7] of what a member was given by catch-up are not taken by a void', () => {
    const driver = CoreDriver.inRoom([member('bob', false)], HISTORY_OFF);
    driver.say('hello');
    driver.put({ type: 'control', via: 'relay', frame: hello('bob', {}, true) });
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'malformed' });
    expect(driver.state.outbox.map(({ content }) => content.kind)).to.deep.equal(['message']);
    expect(driver.state.log.order).to.have.length(1);
  });

  it('[DEL-6] of what somebody may have are not taken by a void when a retry is refused again', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    driver.say('hello');
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'malformed' });
    driver.put({ type: 'link-closed', replica: replica('bob') });
    driver.put({ type: 'retried', key: 'draft hello' });
    driver.wait(1);
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'malformed' });
    expect(driver.state.outbox.map(({ content }) => content.kind)).to.deep.equal(['message']);
    expect(driver.state.log.order).to.have.length(1);
  });

  it('[DEL-6] of what a page before this one may have sent are not taken by a void', () => {
    const first = CoreDriver.inRoom([member('bob', false)]);
    first.say('hello');
    const { state } = first;
    const snapshot = { ...state, have: state.log.have, entries: state.log.order };
    const driver = new CoreDriver(snapshot);
    driver.put({ type: 'relay-joined', reply: joinReply([member('me'), member('bob', false)]), now: START });
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'malformed' });
    expect(driver.state.outbox.map(({ content }) => content.kind)).to.deep.equal(['message']);
  });

  it('[DEL-6] of an entry that was refused before anyone had it is taken by a void', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('too much');
    driver.say('fine');
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'too_large' });
    expect(driver.sent()).to.deep.equal([
      'relay room entry too much',
      'relay room entry fine',
      'relay room entry void',
    ]);
    expect(driver.view().messages.map(({ text, status }) => [text, status])).to.deep.equal([
      ['fine', 'queued'],
      ['too much', 'failed'],
    ]);
    driver.put({ type: 'retried', key: 'draft too much' });
    expect(driver.state.seq).to.equal(3);
  });

  it('[DEL-6] stay with an entry that somebody may have: Retry sends the same, Delete takes it back', () => {
    const refused = () => {
      const driver = CoreDriver.inRoom([member('bob')]);
      driver.link('bob');
      driver.say('hello');
      driver.put({ type: 'relay-refused', id: entryId(1), code: 'too_large' });
      driver.sent();
      return driver;
    };
    const again = refused();
    again.put({ type: 'retried', key: 'draft hello' });
    again.wait(0);
    expect(again.sent()).to.include('relay room entry hello');
    expect(again.state.seq).to.equal(1);
    const dropped = refused();
    dropped.put({ type: 'discarded', key: 'draft hello' });
    expect(dropped.sent()).to.include('link bob entry delete');
    expect(dropped.view().messages[0]?.deleted).to.equal(true);
  });

  it('[REPL-2] wait after a reload until somebody has shown no later one, or for 3 s', () => {
    const before = CoreDriver.inRoom([member('bob')]);
    before.say('one');
    const { name = 'Me', seq, prev, clock, log, receipts, seen, away } = before.state;
    const stored = { name, seq, prev, clock, have: log.have, receipts, seen, away, entries: log.order, outbox: [] };
    const reply = joinReply([member('me'), member('bob')], { epoch: 'another' });
    const reloaded = () => {
      const driver = new CoreDriver(stored);
      driver.put({ type: 'relay-joined', reply, now: START });
      driver.say('two');
      driver.sent();
      return driver;
    };
    const slow = reloaded();
    slow.wait(2_999);
    expect(slow.sent()).to.not.include('relay room entry two');
    slow.wait(1);
    expect(slow.sent()).to.include('relay room entry two');
    const shown = reloaded();
    shown.link('bob', { [replica('me')]: [[1, 1]] });
    expect(shown.sent()).to.include('relay room entry two');
    const known = new CoreDriver(stored);
    known.put({ type: 'relay-joined', reply: { ...reply, have: { [replica('me')]: [[1, 1]] } }, now: START });
    known.say('two');
    expect(known.sent()).to.include('relay room entry two');
  });
});
