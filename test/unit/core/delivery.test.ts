import { expect } from 'chai';
import { CoreDriver, entryId, joinReply, member, message, replica, START } from '../../support/core-driver.ts';

const HISTORY_OFF = { settings: { history: 0, mesh: 8 } };

describe('the way of a message', () => {
  it('[DEL-2] is shown at once as queued, without a number while no path is up', () => {
    const driver = new CoreDriver();
    driver.put({ type: 'named', name: 'Me' });
    driver.say('hello');
    expect(driver.row('hello')?.status).to.equal('queued');
    expect(driver.state.seq).to.equal(0);
    expect(driver.sent()).to.deep.equal([]);
  });

  it('[DEL-2] is sent only after the store holds its number', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.holdsStore = true;
    driver.say('hello');
    const seal = driver.effects.find((effect) => effect.type === 'seal');
    expect(seal?.type === 'seal' && seal.messages[0]?.seq).to.equal(1);
    const entry = { ...message('me', 1, 'hello').entry, id: entryId(1) };
    driver.put({ type: 'sealed', entries: [{ draft: 'draft hello', entry }] });
    expect(driver.sent()).to.deep.equal([]);
    driver.put({ type: 'stored', drafts: ['draft hello'] });
    expect(driver.sent()).to.deep.equal(['relay room entry hello']);
  });

  it('[DEL-3] goes on every open link and to the relay where the room keeps history', () => {
    const driver = CoreDriver.inRoom([member('bob'), member('cyd')]);
    driver.link('bob');
    driver.link('cyd');
    driver.sent();
    driver.say('hello');
    expect(driver.sent()).to.deep.equal(['link bob entry hello', 'link cyd entry hello', 'relay room entry hello']);
  });

  it('[DEL-3] [DEL-8] goes by links alone where history is off and everyone is linked', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.link('bob');
    driver.sent();
    driver.say('hello');
    driver.put({ type: 'typed' });
    expect(driver.sent()).to.deep.equal(['link bob entry hello', 'link bob typing']);
  });

  it('[DEL-3] goes to the relay, too, where someone has no link; alone and without history it waits for somebody', () => {
    const mixed = CoreDriver.inRoom([member('bob'), member('cyd', false)], HISTORY_OFF);
    mixed.link('bob');
    mixed.sent();
    mixed.say('hello');
    expect(mixed.sent()).to.deep.equal(['link bob entry hello', 'relay room entry hello']);
    const alone = CoreDriver.inRoom([], HISTORY_OFF);
    alone.say('anyone?');
    expect(alone.sent()).to.deep.equal([]);
    expect(alone.row('anyone?')?.status).to.equal('queued');
    alone.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'join', member: member('bob') } });
    expect(alone.sent()).to.deep.equal(['relay room entry anyone?']);
  });

  it('[DEL-4] goes by the relay at once when the link it took closes unacknowledged', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.link('bob');
    driver.say('one');
    driver.say('two');
    driver.put({ type: 'control', via: replica('bob'), frame: { v: 1, kind: 'ack', ranges: [[1, 1]] } });
    driver.sent();
    driver.put({ type: 'link-closed', replica: replica('bob') });
    expect(driver.sent()).to.deep.equal(['relay room entry two']);
  });

  it('[DEL-5] is sent again after 3 s and a jittered delay that doubles, until it settles', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.random = 0.5;
    driver.say('hello');
    driver.sent();
    driver.wait(3_999);
    expect(driver.sent(), 'before 3 s and half of 2 s').to.deep.equal([]);
    driver.wait(1);
    expect(driver.sent()).to.deep.equal(['relay room entry hello']);
    driver.wait(4_999);
    expect(driver.sent(), 'before 3 s and half of 4 s').to.deep.equal([]);
    driver.wait(1);
    expect(driver.sent()).to.deep.equal(['relay room entry hello']);
    driver.put({ type: 'relay-acked', id: entryId(1) });
    driver.wait(120_000);
    expect(driver.sent()).to.deep.equal([]);
    expect(driver.state.outbox).to.deep.equal([]);
  });

  it('[DEL-1] settles with history on only by the relay, whatever links have taken', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    driver.say('hello');
    driver.put({ type: 'control', via: replica('bob'), frame: { v: 1, kind: 'ack', ranges: [[1, 1]] } });
    expect(driver.state.outbox).to.have.length(1);
    expect(driver.row('hello')?.status).to.equal('delivered');
    driver.put({ type: 'relay-acked', id: entryId(1) });
    expect(driver.state.outbox).to.deep.equal([]);
    expect(driver.row('hello')?.status).to.equal('delivered');
  });

  it('[DEL-1] settles with history off when every present member has it, or has left', () => {
    const driver = CoreDriver.inRoom([member('bob'), member('cyd')], HISTORY_OFF);
    driver.link('bob');
    driver.link('cyd');
    driver.say('hello');
    driver.put({ type: 'control', via: replica('bob'), frame: { v: 1, kind: 'ack', ranges: [[1, 1]] } });
    expect(driver.state.outbox).to.have.length(1);
    driver.put({ type: 'link-closed', replica: replica('cyd') });
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'leave', replica: replica('cyd') } });
    expect(driver.state.outbox).to.deep.equal([]);
  });

  it('[DEL-1] settles with the relay down when all who are linked have it', () => {
    const driver = CoreDriver.inRoom([member('bob'), member('cyd')], HISTORY_OFF);
    driver.link('bob');
    driver.put({ type: 'relay-down' });
    driver.say('hello');
    driver.put({ type: 'control', via: replica('bob'), frame: { v: 1, kind: 'ack', ranges: [[1, 1]] } });
    expect(driver.state.outbox).to.deep.equal([]);
  });

  it('[DEL-5] is sent again at once when the relay is back', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('hello');
    driver.put({ type: 'relay-down' });
    driver.sent();
    driver.put({ type: 'relay-joined', reply: joinReply([member('me'), member('bob')]), now: START });
    expect(driver.sent()).to.deep.equal(['relay room entry hello']);
  });

  it('[CORE-3] [CATCH-1] counts as delivered when the hello of a peer shows it', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('hello');
    driver.link('bob', { [replica('me')]: [[1, 1]] });
    expect(driver.row('hello')?.status).to.equal('delivered');
  });

  it('[CORE-3] stays delivered when an older ack comes later by another path, and over a reload', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    driver.say('one');
    driver.say('two');
    driver.effects = [];
    driver.put({ type: 'control', via: replica('bob'), frame: { v: 1, kind: 'ack', ranges: [[1, 2]] } });
    const kept = driver.effects.flatMap((effect) => (effect.type === 'persist' ? effect.changes : []));
    expect(kept.some((change) => change.type === 'meta' && change.meta.receipts.size === 1)).to.equal(true);
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'ack', from: replica('bob'), ranges: [[1, 1]] } });
    expect(driver.row('two')?.status).to.equal('delivered');
  });

  it('[CATCH-5] is not delivered because a peer acknowledged all that will ever be', () => {
    const driver = CoreDriver.inRoom([member('bob')], HISTORY_OFF);
    driver.link('bob');
    driver.put({ type: 'control', via: replica('bob'), frame: { v: 1, kind: 'ack', ranges: [[1, 2 ** 53 - 1]] } });
    driver.say('hello');
    expect(driver.row('hello')?.status).to.equal('sent');
    expect(driver.state.outbox).to.have.length(1);
  });

  it('[DEL-6] a delivered one asks for no tick when its day is over', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    driver.say('hello');
    driver.put({ type: 'control', via: replica('bob'), frame: { v: 1, kind: 'ack', ranges: [[1, 1]] } });
    driver.put({ type: 'link-closed', replica: replica('bob') });
    driver.put({ type: 'relay-down' });
    driver.now += 25 * 3_600_000;
    driver.put({ type: 'tick' });
    expect(driver.state.wakeAt).to.equal(undefined);
  });

  it('[CATCH-5] a peer cannot make me another replica while the relay is there', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob', { [replica('me')]: [[1, 99]] });
    expect(driver.effects.some(({ type }) => type === 'renew')).to.equal(false);
  });

  it('[REPL-1] [CORE-1] of a replica that is no more stays as it is, since others may hold it', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    driver.say('arrived');
    driver.put({ type: 'control', via: replica('bob'), frame: { v: 1, kind: 'ack', ranges: [[1, 1]] } });
    driver.say('under way');
    driver.put({ type: 'renewed', self: replica('me-again') });
    expect(
      driver
        .view()
        .messages.map(({ text }) => text)
        .toSorted(),
    ).to.deep.equal(['arrived', 'under way']);
    expect(driver.state.outbox).to.deep.equal([]);
  });

  it('[CORE-3] that a relay has acknowledged and lost stays sent', () => {
    const driver = CoreDriver.inRoom([member('bob', false)], { settings: { history: 0, mesh: 8 } });
    driver.put({
      type: 'control',
      via: 'relay',
      frame: { v: 1, kind: 'ack', from: replica('bob'), ranges: [[1, 1]] },
    });
    driver.say('hello');
    driver.put({ type: 'relay-acked', id: entryId(1) });
    const reply = joinReply([member('me'), member('bob', false)], { settings: { history: 0, mesh: 8 } });
    driver.put({ type: 'relay-joined', reply, now: START });
    expect(driver.row('hello')?.status).to.equal('sent');
  });

  it('[CORE-3] rises from queued to sent to delivered', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('hello');
    expect(driver.row('hello')?.status).to.equal('queued');
    driver.put({ type: 'relay-acked', id: entryId(1) });
    expect(driver.row('hello')?.status).to.equal('sent');
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'ack', from: replica('bob'), ranges: [[1, 1]] } });
    expect(driver.row('hello')?.status).to.equal('delivered');
  });

  it('[DEL-6] fails for a lasting refusal; Retry sends it anew under the same key, Delete drops it', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('hello');
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'too_large' });
    const failed = driver.row('hello');
    expect(failed).to.include({ status: 'failed', refusal: 'too_large' });
    expect(driver.view().messages).to.have.length(1);
    driver.sent();
    driver.put({ type: 'retried', key: failed?.key ?? '' });
    expect(driver.sent()).to.deep.equal(['relay room entry hello']);
    expect(driver.row('hello')?.key).to.equal(failed?.key);
    driver.put({ type: 'relay-refused', id: entryId(2), code: 'too_large' });
    driver.put({ type: 'discarded', key: failed?.key ?? '' });
    expect(driver.view().messages).to.deep.equal([]);
  });

  it('[DEL-6] fails when it reached nobody in 24 h, and not before', () => {
    const driver = new CoreDriver();
    driver.put({ type: 'named', name: 'Me' });
    driver.say('hello');
    driver.wait(24 * 3_600_000);
    expect(driver.row('hello')?.status).to.equal('queued');
    driver.wait(10);
    expect(driver.row('hello')?.status).to.equal('failed');
  });

  it('[DEL-7] waits as long as a passing refusal asks', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('hello');
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'too_fast', retryAfter: 7_000 });
    driver.sent();
    driver.wait(6_999);
    expect(driver.sent()).to.deep.equal([]);
    driver.wait(1);
    expect(driver.sent()).to.deep.equal(['relay room entry hello']);
    expect(driver.row('hello')?.status).to.equal('queued');
  });

  it('[DEL-7] waits at most 11 s after a passing refusal that asks nothing, while its visitor looks', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.random = 0.999;
    driver.put({ type: 'visible', visible: true });
    driver.say('hello');
    for (let refusals = 0; refusals < 8; refusals += 1) {
      driver.sent();
      driver.put({ type: 'relay-refused', id: entryId(1), code: 'overloaded' });
      driver.wait(11_000);
      expect(driver.sent(), `after ${refusals + 1} refusals`).to.include('relay room entry hello');
    }
  });

  it('[REPL-1] goes on as a new replica when the relay says that mine is out', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    const leave = { v: 1, kind: 'leave', replica: replica('me') } as const;
    expect(driver.put({ type: 'control', via: 'relay', frame: leave })).to.deep.include({ type: 'renew' });
  });

  it('[REPL-1] [DEL-1] is numbered anew when the relay knows more of my replica than I do', () => {
    const driver = new CoreDriver();
    driver.put({ type: 'named', name: 'Me' });
    driver.say('hello');
    const reply = joinReply([member('me')], { have: { [replica('me')]: [[1, 9]] } });
    expect(driver.put({ type: 'relay-joined', reply, now: START })).to.deep.include({ type: 'renew' });
    driver.put({ type: 'renewed', self: replica('me-again') });
    driver.put({ type: 'relay-joined', reply: joinReply([member('me-again')]), now: START });
    driver.wait(3_000);
    const entry = driver.effects.findLast((effect) => effect.type === 'send-relay' && effect.channel === 'room');
    expect(entry).to.have.nested.property('frame.entry.replica', replica('me-again'));
    expect(driver.view().messages).to.have.length(1);
  });
});
