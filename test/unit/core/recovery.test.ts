import { expect } from 'chai';
import type { EntryFrame } from '../../../protocol/frames.ts';
import { guestId, type RoomName } from '../../../protocol/ids.ts';
import { initialState } from '../../../widget/core/state.ts';
import { CoreDriver, entryId, idOf, joinReply, member, message, replica, START } from '../../support/core-driver.ts';

const HISTORY_OFF = { settings: { history: 0, mesh: 8 } };

function hello(name: string, have = {}, asks = false) {
  const author = { user: guestId(replica(name)), name };
  const from = replica(name);
  return { v: 1, kind: 'hello', from, author, have, ...(asks ? { asks: true } : {}) } as const;
}

describe('a copy that has lost something', () => {
  it('[CATCH-3] on the relay gets entries of authors who have left, once, after a random wait', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    const frames = Array.from({ length: 50 }, (_, i) => message('gone', i + 1, `gone ${i + 1}`));
    driver.put({ type: 'entries', via: 'relay', frames: [...frames, message('bob', 1)] });
    driver.random = 0.5;
    const reply = joinReply([member('me'), member('bob')], { epoch: 'another' });
    driver.put({ type: 'relay-joined', reply, now: START });
    driver.effects = [];
    driver.wait(1_400);
    expect(driver.sent()).to.deep.equal(['relay bob ack']);
    driver.wait(8_000);
    const given = () => driver.sent().filter((line) => line.startsWith('relay room'));
    expect(given()).to.deep.equal(frames.map((_, i) => `relay room entry gone ${i + 1}`));
    driver.wait(60_000);
    expect(given(), 'what an author who is here has lost too').to.deep.equal(['relay room entry bob 1']);
  });

  it('[CATCH-3] on the relay gets again what it had no time to take', () => {
    const driver = CoreDriver.inRoom([]);
    driver.put({ type: 'entries', via: 'relay', frames: [message('gone', 1)] });
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')], { epoch: 'another' }), now: START });
    driver.wait(5_000);
    driver.effects = [];
    driver.put({ type: 'relay-refused', id: message('gone', 1).entry.id, code: 'overloaded' });
    driver.wait(5_000);
    expect(driver.sent()).to.deep.equal(['relay room entry gone 1']);
  });

  it('[CATCH-3] on the relay gets what it lacks of somebody who leaves before giving it', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    driver.put({ type: 'entries', via: replica('bob'), frames: [message('bob', 1)] });
    driver.effects = [];
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'leave', replica: replica('bob') } });
    driver.put({ type: 'link-closed', replica: replica('bob') });
    driver.wait(10_000);
    expect(driver.sent()).to.include('relay room entry bob 1');
  });

  it('[CATCH-7] asks once more when the answer has come too late to be taken', () => {
    const driver = CoreDriver.inRoom([member('bob', false)], HISTORY_OFF);
    driver.wait(3_000);
    driver.wait(30_000);
    driver.effects = [];
    const held = { [replica('cyd')]: [[1, 1]] } as const;
    driver.put({ type: 'control', via: 'relay', frame: hello('bob', held, false) });
    driver.wait(3_000);
    expect(driver.sent()).to.deep.equal(['relay bob hello']);
    driver.put({ type: 'control', via: 'relay', frame: hello('bob', held, false) });
    driver.wait(5_000);
    driver.put({ type: 'control', via: 'relay', frame: hello('bob', held, false) });
    expect(driver.sent()).to.deep.equal([]);
  });

  it('[CATCH-9] compares with the members of a small room when somebody has left', () => {
    const driver = CoreDriver.inRoom([member('bob'), member('cyd'), member('dan', false)], HISTORY_OFF);
    driver.link('cyd');
    driver.wait(10_000);
    driver.effects = [];
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'leave', replica: replica('bob') } });
    driver.wait(3_000);
    expect(driver.sent().toSorted()).to.deep.equal(['link cyd hello', 'relay dan hello']);
    const crowd = Array.from({ length: 10 }, (_, i) => member(`m${i}`, false));
    const big = CoreDriver.inRoom([member('bob'), ...crowd], HISTORY_OFF);
    big.wait(10_000);
    big.effects = [];
    big.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'leave', replica: replica('bob') } });
    big.wait(10_000);
    expect(big.sent()).to.deep.equal([]);
  });

  it('[CATCH-3] on the relay is not given what another member has given meanwhile', () => {
    const driver = CoreDriver.inRoom([]);
    driver.put({ type: 'entries', via: 'relay', frames: [message('gone', 1), message('gone', 2)] });
    driver.random = 0.9;
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')], { epoch: 'another' }), now: START });
    const restored: EntryFrame = { ...message('gone', 1), epoch: 'another', offset: 1 };
    driver.put({ type: 'entries', via: 'relay', frames: [restored] });
    driver.effects = [];
    driver.wait(60_000);
    expect(driver.sent()).to.deep.equal(['relay room entry gone 2']);
  });

  it('[CATCH-10] on the relay, which says so, has this client join anew within 2 s, once', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.random = 0.5;
    const reset = { v: 1, kind: 'reset' } as const;
    driver.put({ type: 'control', via: 'relay', frame: reset });
    driver.put({ type: 'control', via: 'relay', frame: reset });
    const rejoins = () => driver.effects.filter(({ type }) => type === 'rejoin').length;
    driver.wait(999);
    expect(rejoins()).to.equal(0);
    driver.wait(10_000);
    expect(rejoins()).to.equal(1);
  });

  it('[CATCH-3] on the relay is not given what is older than the relay keeps', () => {
    const driver = CoreDriver.inRoom([]);
    const frames = [message('gone', 1, 'old', START - 60_001), message('gone', 2, 'young', START - 50_000)];
    driver.put({ type: 'entries', via: 'relay', frames });
    const settings = { history: 1_000, age: 60_000, mesh: 8 };
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')], { epoch: 'another', settings }), now: START });
    driver.effects = [];
    driver.wait(20_000);
    expect(driver.sent()).to.deep.equal(['relay room entry young']);
  });

  it('[CATCH-3] on the relay gets what a link brings of somebody the relay does not hear', () => {
    const driver = CoreDriver.inRoom([]);
    driver.link('bob');
    driver.effects = [];
    driver.put({ type: 'entries', via: replica('bob'), frames: [message('bob', 1)] });
    driver.wait(10_000);
    expect(driver.sent()).to.include('relay room entry bob 1');
  });

  it('[CATCH-7] without a link asks by the relay and gives what the other lacks', () => {
    const driver = CoreDriver.inRoom([member('bob', false)], HISTORY_OFF);
    driver.put({ type: 'entries', via: 'relay', frames: [message('cyd', 1), message('cyd', 2)] });
    driver.effects = [];
    driver.wait(3_000);
    expect(driver.sent()).to.deep.equal(['relay bob hello']);
    driver.put({ type: 'control', via: 'relay', frame: hello('bob', { [replica('cyd')]: [[1, 1]] }, true) });
    const given = driver.effects.flatMap((effect) =>
      effect.type === 'send-relay' && 'kind' in effect.frame && effect.frame.kind === 'entries'
        ? effect.frame.entries.map(({ entry }) => entry.seq)
        : [],
    );
    expect(given).to.deep.equal([2]);
    expect(driver.sent()).to.deep.equal(['relay bob entries', 'relay bob hello']);
    driver.put({ type: 'control', via: 'relay', frame: hello('bob', {}, true) });
    expect(driver.sent(), 'asked again at once').to.deep.equal([]);
    driver.wait(3_000);
    expect(driver.sent(), 'a while later').to.include('relay bob hello');
    driver.put({ type: 'control', via: 'relay', frame: { ...hello('eve', {}, true) } });
    expect(driver.sent(), 'asked by somebody who is not here').to.deep.equal([]);
  });

  it('[CATCH-8] of the past asks the relay for older messages, and shows that there are none', () => {
    const entries = [message('bob', 9, 'nine', START + 9, 9)];
    const driver = CoreDriver.inRoom([member('bob')], { entries, more: true, offset: 9 });
    expect(driver.view().earlier).to.equal(true);
    driver.put({ type: 'earlier' });
    driver.put({ type: 'earlier' });
    expect(driver.view().loadingEarlier).to.equal(true);
    expect(driver.sent()).to.deep.equal(['relay me fetch']);
    const page = { v: 1, kind: 'entries', epoch: 'epoch', more: false } as const;
    driver.put({ type: 'control', via: 'relay', frame: { ...page, entries: [message('bob', 8, 'eight', START, 8)] } });
    expect(driver.view().messages.map(({ text }) => text)).to.deep.equal(['eight', 'nine']);
    expect([driver.view().loadingEarlier, driver.view().earlier]).to.deep.equal([false, false]);
  });

  it('[CATCH-8] of the past asks a member where the relay keeps nothing, and may ask again after 10 s', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.link('bob');
    const more = { v: 1, kind: 'entries', entries: [message('cyd', 5)], more: true } as const;
    driver.put({ type: 'control', via: replica('bob'), frame: more });
    expect(driver.view().earlier).to.equal(true);
    driver.effects = [];
    driver.put({ type: 'earlier' });
    expect(driver.sent()).to.deep.equal(['link bob fetch']);
    driver.wait(10_000);
    driver.put({ type: 'earlier' });
    expect(driver.sent()).to.include('link bob fetch');
    const below = [START + 5, 0] as const;
    const answer = { v: 1, kind: 'entries', entries: [message('cyd', 4)], more: false, below } as const;
    driver.put({ type: 'control', via: replica('bob'), frame: answer });
    expect(driver.view().messages).to.have.length(2);
    expect(driver.view().earlier).to.equal(false);
  });

  it('[CATCH-8] of the past is answered by a member: the newest that stand before', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.put({ type: 'entries', via: 'relay', frames: [1, 2, 3].map((seq) => message('cyd', seq)) });
    driver.link('bob', { [replica('cyd')]: [[1, 3]] });
    driver.effects = [];
    const fetch = { v: 1, kind: 'fetch', below: [START + 3, 0] } as const;
    driver.put({ type: 'control', via: replica('bob'), frame: fetch });
    const [sent] = driver.effects;
    if (sent?.type !== 'send-link' || !('kind' in sent.frame) || sent.frame.kind !== 'entries') throw new Error('none');
    expect(sent.frame.entries.map(({ entry }) => entry.id)).to.deep.equal([idOf('cyd', 2), idOf('cyd', 1)]);
    expect(sent.frame.more).to.equal(false);
  });
});

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
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.put({ type: 'renewed', self: replica('me-again') });
    driver.link('bob');
    driver.wait(3_000);
    driver.say('hello');
    expect(driver.row('hello')?.status).to.equal('sent');
    const again = driver.state.log.order[0]?.entry.id;
    driver.effects = [];
    const said = message('me', 4, 'hello');
    const payload = JSON.stringify({ text: 'hello', draft: 'draft hello' });
    driver.put({ type: 'entries', via: replica('bob'), frames: [{ ...said, entry: { ...said.entry, payload } }] });
    expect(driver.view().messages.map(({ key }) => key)).to.deep.equal([said.entry.id]);
    const deletes = driver.state.log.order.flatMap(({ entry }) => (entry.kind === 'delete' ? [entry.payload] : []));
    expect(deletes.map((text) => JSON.parse(text))).to.deep.equal([{ target: again, twin: said.entry.id }]);
    expect(driver.sent()).to.include('link bob entry delete');
  });

  it('[REPL-4] given to what its author has changed since stand: it says something of its own', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.put({ type: 'renewed', self: replica('me-again') });
    driver.link('bob');
    driver.wait(3_000);
    driver.say('helo');
    driver.compose('edit', { kind: 'edit', target: 'draft helo', text: 'hello' });
    const said = message('me', 4, 'helo');
    const payload = JSON.stringify({ text: 'helo', draft: 'draft helo' });
    driver.put({ type: 'entries', via: replica('bob'), frames: [{ ...said, entry: { ...said.entry, payload } }] });
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
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.put({ type: 'renewed', self: replica('me-again') });
    driver.link('bob');
    driver.wait(3_000);
    driver.say('hello');
    const copied = message('bob', 4, 'hello');
    const payload = JSON.stringify({ text: 'hello', draft: 'draft hello' });
    driver.put({ type: 'entries', via: replica('bob'), frames: [{ ...copied, entry: { ...copied.entry, payload } }] });
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

describe('a big room', () => {
  it('[CROWD-1] is told of in one frame a second: who came, who left, how many', () => {
    const driver = CoreDriver.inRoom([member('bob'), member('cyd')], { count: 150 });
    const joined = [member('dan'), member('eve')];
    const left = [replica('bob'), replica('nobody')];
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'crowd', count: 149, joined, left } });
    expect(driver.view().count).to.equal(149);
    expect(driver.view().members.map(({ name }) => name)).to.deep.equal(['Me', 'cyd', 'dan', 'eve']);
  });
});
