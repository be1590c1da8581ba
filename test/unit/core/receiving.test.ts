import { expect } from 'chai';
import type { EntryFrame } from '../../../protocol/frames.ts';
import { guestId } from '../../../protocol/ids.ts';
import { myHave } from '../../../widget/core/catch-up.ts';
import { CoreDriver, entryId, idOf, joinReply, member, message, replica, START } from '../../support/core-driver.ts';

const HISTORY_OFF = { settings: { history: 0, mesh: 8 } };

describe('what comes in', () => {
  it('[CORE-1] is shown once, whichever paths bring it and however often', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    const frame = message('bob', 1, 'hi', START, 1);
    for (const via of [replica('bob'), 'relay', 'relay'] as const)
      driver.put({ type: 'entries', via, frames: [frame] });
    expect(driver.view().messages.map(({ text }) => text)).to.deep.equal(['hi']);
  });

  it('[CORE-2] stands in the order of its clock, not of its coming', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    const frames = [message('bob', 2, 'second', START + 2), message('bob', 1, 'first', START + 1)];
    for (const frame of frames) driver.put({ type: 'entries', via: 'relay', frames: [frame] });
    expect(driver.view().messages.map(({ text }) => text)).to.deep.equal(['first', 'second']);
  });

  it('[CORE-4] comes before what I say after it, though my clock is behind', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'question', START + 60_000)] });
    driver.say('answer');
    driver.say('and more');
    expect(driver.view().messages.map(({ text }) => text)).to.deep.equal(['question', 'answer', 'and more']);
  });

  it('[ACK-1] is acknowledged to its author alone, once for all that one second brings', () => {
    const driver = CoreDriver.inRoom([member('bob'), member('cyd')]);
    driver.link('cyd');
    driver.sent();
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1), message('cyd', 1)] });
    driver.wait(400);
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 2)] });
    driver.wait(599);
    expect(driver.sent()).to.deep.equal([]);
    driver.wait(1);
    expect(driver.sent().toSorted()).to.deep.equal(['link cyd ack', 'relay bob ack']);
    driver.wait(10_000);
    expect(driver.sent()).to.deep.equal([]);
  });

  it('[ACK-4] is shown at once, and acknowledged and told to be here only when it is stored', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.holdsStore = true;
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1), message('bob', 2), message('cyd', 1)] });
    expect(driver.view().messages).to.have.length(3);
    driver.wait(5_000);
    expect(driver.sent()).to.deep.equal([]);
    expect(driver.hello()).to.deep.equal({ [replica('bob')]: [], [replica('cyd')]: [] });
    driver.put({ type: 'stored', entries: [idOf('bob', 2)] });
    driver.wait(1_000);
    expect(lastAck(driver)).to.deep.equal([[2, 2]]);
    driver.put({ type: 'stored', entries: [idOf('bob', 1), idOf('cyd', 1)] });
    driver.wait(1_000);
    expect(lastAck(driver)).to.deep.equal([[1, 2]]);
    expect(driver.hello()).to.deep.equal({ [replica('bob')]: [[1, 2]], [replica('cyd')]: [[1, 1]] });
    driver.wait(10_000);
    expect(driver.sent(), 'all is said').to.deep.equal([]);
  });

  it('[ACK-3] is acknowledged by about 32 members of a room of more', () => {
    let acks = 0;
    for (let n = 0; n < 1_000; n += 1) {
      const driver = CoreDriver.inRoom([member('bob')], { count: 1_000 });
      driver.random = n / 1_000;
      driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1)] });
      driver.wait(10_000);
      acks += driver.sent().length;
    }
    expect(acks).to.equal(32);
  });

  it('[CATCH-1] on a new link what the peer lacks goes out, newest first, a newcomer getting the last 200', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    const frames = Array.from({ length: 250 }, (_, i) => message('cyd', i + 1));
    driver.put({ type: 'entries', via: 'relay', frames });
    driver.effects = [];
    driver.link('bob');
    const given = entriesSent(driver);
    expect(given).to.have.length(200);
    expect(given[0]?.entry.seq).to.equal(250);
    expect(given[199]?.entry.seq).to.equal(51);
  });

  it('[CATCH-1] [ACK-4] a copy that lacks 1,500 gets each of them once, also where its store is slower than the link', () => {
    const me = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    const bob = CoreDriver.inRoom([member('bob'), member('me')], HISTORY_OFF);
    me.put({ type: 'entries', via: 'relay', frames: [message('zoe', 1)] });
    const frames = Array.from({ length: 1_500 }, (_, i) => message('cyd', i + 1));
    bob.put({ type: 'entries', via: 'relay', frames });
    me.holdsStore = true;
    me.effects = [];
    me.link('bob');
    bob.link('me', me.hello());
    let given = 0;
    for (;;) {
      const out = bob.effects.flatMap((effect) => (effect.type === 'send-link' ? [effect.frame] : []));
      bob.effects = [];
      for (const frame of out) {
        if (!('kind' in frame)) continue;
        given += frame.kind === 'entries' ? frame.entries.length : 0;
        me.put({ type: 'control', via: replica('bob'), frame });
      }
      const writes = me.effects.flatMap((effect) =>
        effect.type === 'persist' && effect.confirm ? [effect.confirm] : [],
      );
      if (writes.length === 0) break;
      me.effects = [];
      for (const confirm of writes) me.put({ type: 'stored', ...confirm });
      for (const effect of me.effects)
        if (effect.type === 'send-link' && 'kind' in effect.frame)
          bob.put({ type: 'control', via: replica('me'), frame: effect.frame });
      me.effects = [];
    }
    expect(me.state.log.order).to.have.length(1_501);
    expect(given).to.equal(1_500);
  });

  it('[CATCH-1] a peer that lacks a few gets those few, in frames of at most 64 KiB', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    const long = 'x'.repeat(7_000);
    const frames = Array.from({ length: 30 }, (_, i) => message('cyd', i + 1, `${long}${i}`));
    driver.put({ type: 'entries', via: 'relay', frames });
    driver.effects = [];
    driver.link('bob', { [replica('cyd')]: [[11, 30]] });
    expect(entriesSent(driver).map(({ entry }) => entry.seq)).to.deep.equal([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    for (const effect of driver.effects) expect(JSON.stringify(effect).length).to.be.lessThan(70_000);
  });

  it('[CATCH-2] a gap is asked for until it is closed, and the cursor waits before it', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'a', START, 1)] });
    expect(driver.state.cursor?.offset).to.equal(1);
    driver.sent();
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 4, 'd', START, 4)] });
    expect(driver.sent()).to.deep.equal(['relay me fetch']);
    expect(driver.state.cursor?.offset).to.equal(1);
    const page = (frames: readonly EntryFrame[], more: boolean) =>
      driver.put({
        type: 'control',
        via: 'relay',
        frame: { v: 1, kind: 'entries', entries: frames, more, epoch: 'epoch' },
      });
    page([message('bob', 2, 'b', START, 2)], true);
    expect(driver.sent()).to.deep.equal(['relay me fetch']);
    page([message('bob', 3, 'c', START, 3), message('bob', 4, 'd', START, 4)], false);
    expect(driver.state.cursor?.offset).to.equal(4);
    expect(driver.sent()).to.deep.equal([]);
    expect(driver.view().messages).to.have.length(4);
  });

  it('[CATCH-3] a relay that lost its log is given my own entries that it lacks, oldest first', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    for (const text of ['one', 'two', 'three']) driver.say(text);
    for (const seq of [1, 2, 3]) driver.put({ type: 'relay-acked', id: entryId(seq) });
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1)] });
    driver.put({ type: 'relay-down' });
    driver.sent();
    const reply = joinReply([member('me')], { epoch: 'another', have: { [replica('me')]: [[1, 1]] } });
    driver.put({ type: 'relay-joined', reply, now: START });
    driver.wait(0);
    expect(driver.sent()).to.deep.equal(['relay room entry two', 'relay room entry three']);
  });

  it('[CATCH-4] waits while its clock is over 5 minutes ahead, and is taken then', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    const ahead = START + 5 * 60_000;
    driver.link('bob');
    driver.put({
      type: 'entries',
      via: replica('bob'),
      frames: [message('bob', 1, 'soon', ahead), message('bob', 2, 'too soon', ahead + 1)],
    });
    expect(driver.view().messages.map(({ text }) => text)).to.deep.equal(['soon']);
    expect(driver.state.clock[0]).to.equal(ahead);
    driver.wait(1);
    expect(driver.view().messages.map(({ text }) => text)).to.deep.equal(['soon', 'too soon']);
  });

  it('[CATCH-4] is taken from the relay though this device was set back meanwhile', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'now', START + 3_600_000, 1)] });
    expect(driver.view().messages).to.have.length(1);
  });

  it('[REPL-1] signed with my key and unknown to me makes me a new replica, whoever brings it', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    driver.say('one');
    driver.put({ type: 'entries', via: replica('bob'), frames: [message('me', 2, 'what I said before')] });
    expect(driver.effects.some(({ type }) => type === 'renew')).to.equal(true);
  });

  it('[CATCH-6] cannot make this client say more of what it holds than a frame takes', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    const frames = Array.from({ length: 4_000 }, (_, i) =>
      message(`r${i % 500}`, 2 ** 40 + Math.floor(i / 500) * 1_000, `${i}`, START),
    );
    driver.put({ type: 'entries', via: replica('bob'), frames });
    expect(JSON.stringify(myHave(driver.state)).length).to.be.within(10_000, 20_000);
  });

  it('[CATCH-6] is sent by the piece, and no more often than a whole log takes', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.put({ type: 'entries', via: 'relay', frames: Array.from({ length: 900 }, (_, i) => message('cyd', i + 1)) });
    driver.link('bob', { [replica('cyd')]: [[1, 1]] });
    expect(entriesSent(driver).map(({ entry }) => entry.seq)[399]).to.equal(501);
    const author = { user: guestId(replica('bob')), name: 'bob' };
    const hello = { v: 1, kind: 'hello', author, have: { [replica('cyd')]: [[1, 1]] } } as const;
    let answers = 0;
    for (let n = 0; n < 1_000; n += 1) {
      driver.effects = [];
      driver.put({ type: 'control', via: replica('bob'), frame: hello });
      if (entriesSent(driver).length > 0) answers += 1;
    }
    expect(answers).to.be.within(25, 100);
  });

  it('[ACK-1] is acknowledged when its author, who was away, comes back', () => {
    const driver = CoreDriver.inRoom([]);
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1)] });
    driver.wait(5_000);
    expect(driver.sent()).to.deep.equal([]);
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'join', member: member('bob') } });
    driver.wait(1_000);
    expect(driver.sent()).to.deep.equal(['relay bob ack']);
  });

  it('[CATCH-2] is asked for backwards after a join whose cursor no longer stands, until nothing is new', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'old', START, 1)] });
    driver.put({ type: 'relay-down' });
    driver.sent();
    const newest = [message('bob', 5, 'e', START + 5, 5), message('bob', 6, 'f', START + 6, 6)];
    const reply = joinReply([member('me'), member('bob')], { entries: newest, more: true, offset: 6 });
    driver.put({ type: 'relay-joined', reply, now: START });
    const asked = () =>
      driver.effects.flatMap((effect) => ('frame' in effect && 'before' in effect.frame ? [effect.frame.before] : []));
    expect(asked()).to.deep.equal([5]);
    driver.effects = [];
    const page = (entries: readonly EntryFrame[]) =>
      driver.put({
        type: 'control',
        via: 'relay',
        frame: { v: 1, kind: 'entries', entries, more: true, epoch: 'epoch' },
      });
    page([message('bob', 3, 'c', START + 3, 3), message('bob', 4, 'd', START + 4, 4)]);
    expect(asked()).to.deep.equal([3]);
    driver.effects = [];
    page([message('bob', 1, 'old', START, 1)]);
    expect(asked()).to.deep.equal([]);
    expect(driver.state.cursor?.offset).to.equal(6);
  });

  it('[SEEN-1] counts as unread while nobody can see it, behind a divider', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'visible', visible: true });
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'seen')] });
    driver.put({ type: 'visible', visible: false });
    driver.put({
      type: 'entries',
      via: 'relay',
      frames: [message('bob', 2, 'unseen'), message('bob', 3, 'unseen too')],
    });
    driver.say('mine');
    expect(driver.view().unread).to.equal(2);
    expect(driver.view().firstUnread).to.equal(driver.row('unseen')?.key);
    driver.put({ type: 'visible', visible: true });
    expect(driver.view().unread).to.equal(0);
    expect(driver.view().firstUnread).to.equal(driver.row('unseen')?.key);
  });
});

function entriesSent(driver: CoreDriver): readonly EntryFrame[] {
  return driver.effects.flatMap((effect) =>
    effect.type === 'send-link' && !('entry' in effect.frame) && effect.frame.kind === 'entries'
      ? effect.frame.entries
      : [],
  );
}

/** What the last ack said to hold. */
function lastAck(driver: CoreDriver) {
  const acks = driver.effects.flatMap((effect) =>
    effect.type === 'send-relay' && 'kind' in effect.frame && effect.frame.kind === 'ack' ? [effect.frame.ranges] : [],
  );
  driver.effects = [];
  return acks[acks.length - 1];
}
