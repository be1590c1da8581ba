import { expect } from 'chai';
import type { EntryFrame } from '../../../protocol/frames.ts';
import { guestId } from '../../../protocol/ids.ts';
import { CoreDriver, idOf, joinReply, member, message, replica, START } from '../../support/core-driver.ts';

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

  it('[CATCH-3] on the relay is given half of what the relay keeps, the newest, so that what is said meanwhile stays', () => {
    const driver = CoreDriver.inRoom([]);
    const old = Array.from({ length: 30 }, (_, n) => message('gone', n + 1, `${n + 1}`, START - 60_000 + n));
    driver.put({ type: 'entries', via: 'relay', frames: old });
    const settings = { history: 10, mesh: 8 };
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')], { epoch: 'another', settings }), now: START });
    driver.effects = [];
    driver.wait(20_000);
    expect(driver.sent()).to.deep.equal([26, 27, 28, 29, 30].map((n) => `relay room entry ${n}`));
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
