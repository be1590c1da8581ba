import { expect } from 'chai';
import type { UserId } from '../../../protocol/ids.ts';
import type { JoinReply } from '../../../protocol/join.ts';
import type { Act } from '../../../protocol/moderation.ts';
import type { Body } from '../../../protocol/payloads.ts';
import type { Effect } from '../../../widget/core/effects.ts';
import { initialState } from '../../../widget/core/state.ts';
import { CoreDriver, idOf, joinReply, member, message, replica, saying } from '../../support/core-driver.ts';

const HISTORY_OFF = { settings: { history: 0, mesh: 8 } };
const ME = member('me', false);

/** A client without a key, before and after the relay has named its replica `me`. */
class Hosted extends CoreDriver {
  constructor() {
    super();
    this.state = initialState(this.state.room, replica('provisional'), undefined, this.now, false, 'hosted');
    this.put({ type: 'named', name: 'Me' });
  }

  static entered(changes: Partial<JoinReply> = {}): Hosted {
    const driver = new Hosted();
    driver.join(changes);
    driver.effects = [];
    return driver;
  }

  join(changes: Partial<JoinReply> = {}): void {
    this.put({ type: 'relay-joined', reply: joinReply([ME, member('bob')], changes), now: this.now });
  }

  drop(): void {
    this.put({ type: 'relay-down', retryAt: this.now + 1_000 });
  }

  /** What the relay was asked to make since the last call. */
  asked(): string[] {
    const said = this.effects.flatMap((effect) => (effect.type === 'say' ? [wording(effect)] : []));
    this.effects = [];
    return said;
  }

  /** The entry that the relay made of a draft, as everyone gets it. */
  echo(seq: number, body: Body, offset?: number): void {
    this.put({ type: 'entries', via: 'relay', frames: [saying('me', seq, body, this.now, offset)] });
  }

  statuses(): string[] {
    return this.view().messages.map(({ text, status, mine }) => `${text} ${mine ? status : 'theirs'}`);
  }
}

function wording({ draft, body }: Extract<Effect, { type: 'say' }>): string {
  return `${draft}: ${body.kind} ${'text' in body ? body.text : 'target' in body ? body.target.replace(/_+$/, '') : ''}`;
}

const hi = { kind: 'message', text: 'hi', draft: 'draft hi' } as const;

describe('a client without a key', () => {
  it('[ICE-9] has the relay make its entries: queued, then sent, then delivered by who acknowledges', () => {
    const driver = Hosted.entered();
    driver.say('hi');
    expect([driver.asked(), driver.statuses()]).to.deep.equal([['draft hi: message hi'], ['hi queued']]);
    driver.put({ type: 'relay-said', draft: 'draft hi', id: idOf('me', 1) });
    expect(driver.statuses()).to.deep.equal(['hi sent']);
    driver.echo(1, hi, 1);
    expect([driver.statuses(), driver.state.outbox]).to.deep.equal([['hi sent'], []]);
    const ack = { v: 1, kind: 'ack', from: replica('bob'), ranges: [[1, 1]], read: 1 } as const;
    driver.put({ type: 'control', via: 'relay', frame: ack });
    expect(driver.statuses()).to.deep.equal(['hi read']);
    expect(driver.effects.some(({ type }) => type === 'seal' || type === 'renew')).to.equal(false);
  });

  it('[ICE-9] takes the replica that the relay names, and its numbers', () => {
    const driver = Hosted.entered({ have: { [replica('me')]: [[1, 7]] }, entries: [message('me', 7, 'before', 1, 7)] });
    expect([driver.state.self, driver.state.seq, driver.state.numbering.state]).to.deep.equal([
      replica('me'),
      7,
      'safe',
    ]);
    expect(driver.statuses()).to.deep.equal(['before sent']);
    driver.echo(8, { kind: 'message', text: 'of mine, unasked' }, 8);
    expect([driver.state.seq, driver.state.numbering.state]).to.deep.equal([8, 'safe']);
  });

  it('[ICE-10] queues what is said offline, says it once it is joined, and again what had no answer, in its order', () => {
    const driver = new Hosted();
    driver.say('one');
    driver.say('two');
    expect([driver.asked(), driver.statuses()]).to.deep.equal([[], ['one queued', 'two queued']]);
    driver.join();
    const both = ['draft one: message one', 'draft two: message two'];
    expect(driver.asked()).to.deep.equal(both);
    driver.wait(60_000);
    const again = driver.asked();
    expect(again.length).to.be.greaterThan(2);
    expect([...new Set(again)]).to.deep.equal(both);
    driver.drop();
    driver.wait(60_000);
    expect(driver.asked(), 'nobody is asked while the relay is away').to.deep.equal([]);
    driver.join();
    expect(driver.asked()).to.deep.equal(both);
  });

  it('[ICE-10] does not say again what the answer to the join shows as said', () => {
    const driver = Hosted.entered();
    driver.say('hi');
    driver.say('later');
    driver.asked();
    driver.drop();
    driver.join({ entries: [saying('me', 1, hi, driver.now, 1)], offset: 1, have: { [replica('me')]: [[1, 1]] } });
    expect(driver.asked()).to.deep.equal(['draft later: message later']);
    expect(driver.statuses()).to.deep.equal(['hi sent', 'later queued']);
  });

  it('[ICE-10] says nothing twice that was acknowledged, though it never came back', () => {
    for (const changes of [{}, HISTORY_OFF]) {
      const driver = Hosted.entered(changes);
      driver.say('hi');
      driver.put({ type: 'relay-said', draft: 'draft hi', id: idOf('me', 1) });
      driver.asked();
      driver.wait(120_000);
      driver.drop();
      driver.join(changes);
      expect(driver.asked()).to.deep.equal([]);
    }
  });

  it('[ICE-9] waits out what passes, and fails by a word what does not', () => {
    const driver = Hosted.entered();
    driver.say('hi');
    driver.asked();
    driver.put({ type: 'relay-unsaid', draft: 'draft hi', code: 'too_fast', retryAfter: 5_000 });
    driver.wait(4_999);
    expect(driver.asked()).to.deep.equal([]);
    driver.wait(1);
    expect(driver.asked()).to.deep.equal(['draft hi: message hi']);
    driver.put({ type: 'relay-unsaid', draft: 'draft hi', code: 'too_large' });
    expect(driver.row('hi')).to.include({ status: 'failed', refusal: 'too_large' });
    driver.wait(60_000);
    expect(driver.asked()).to.deep.equal([]);
    driver.put({ type: 'retried', key: 'draft hi' });
    expect(driver.asked()).to.deep.equal(['draft hi: message hi']);
    driver.wait(25 * 60 * 60_000);
    expect(driver.row('hi')?.status, 'given up after a day').to.equal('failed');
  });

  it('[ICE-9] [LIM-13] what was too fast is not overtaken by what is said after it', () => {
    const driver = Hosted.entered();
    driver.say('one');
    driver.say('two');
    driver.asked();
    driver.put({ type: 'relay-unsaid', draft: 'draft one', code: 'too_fast', retryAfter: 5_000 });
    driver.say('three');
    driver.wait(4_999);
    expect(driver.asked()).to.deep.equal([]);
    driver.wait(1);
    expect(driver.asked()).to.deep.equal([
      'draft one: message one',
      'draft two: message two',
      'draft three: message three',
    ]);
  });

  it('[MOD-6] has one message at a time made in slow mode, in their order, and none that a rule forbids', () => {
    const driver = Hosted.entered();
    const decide = (seq: number, act: Act) => {
      const { entry } = saying('mod', seq, { kind: 'moderation', act }, driver.now - 100_000);
      const author = { user: 'mod' as UserId, name: 'mod', role: 'moderator' as const };
      driver.put({ type: 'entries', via: 'relay', frames: [{ v: 1, entry, author }] });
    };
    decide(1, { type: 'slow', seconds: 10 });
    for (const text of ['one', 'two', 'three']) driver.say(text);
    expect(driver.asked()).to.deep.equal(['draft one: message one']);
    driver.put({ type: 'relay-unsaid', draft: 'draft one', code: 'slow_mode', retryAfter: 4_000 });
    driver.wait(3_999);
    expect(driver.asked(), 'nothing overtakes it').to.deep.equal([]);
    driver.wait(1);
    expect(driver.asked()).to.deep.equal(['draft one: message one']);
    const one = { kind: 'message', text: 'one', draft: 'draft one' } as const;
    driver.put({ type: 'relay-said', draft: 'draft one', id: idOf('me', 1) });
    driver.echo(1, one, 1);
    expect(driver.asked()).to.deep.equal([]);
    driver.wait(10_001);
    expect(driver.asked()).to.deep.equal(['draft two: message two']);
    decide(2, { type: 'read-only', on: true });
    driver.wait(60_000);
    expect(driver.row('three')).to.include({ status: 'failed', refusal: 'read_only' });
  });

  it('[ICE-9] [MOD-16] is offered no decisions, which the relay would not make for anybody', () => {
    const roled = { ...ME, role: 'moderator' as const };
    const driver = Hosted.entered({ self: roled, members: [roled, member('bob')] });
    expect(driver.view().members.find(({ self }) => self)?.role).to.equal('moderator');
    expect(driver.view().moderates).to.equal(false);
  });

  it('[ICE-9] edits, deletes and reacts, each shown at once and until it is here', () => {
    const driver = Hosted.entered();
    driver.say('hi');
    driver.compose('edit 1', { kind: 'edit', target: 'draft hi', text: 'hello' });
    expect(driver.asked(), 'the edit waits for what it edits').to.deep.equal(['draft hi: message hi']);
    expect(driver.row('hello')?.edited).to.equal(true);
    driver.put({ type: 'relay-said', draft: 'draft hi', id: idOf('me', 1) });
    driver.echo(1, hi, 1);
    expect(driver.asked()).to.deep.equal(['edit 1: edit hello']);
    driver.put({ type: 'relay-said', draft: 'edit 1', id: idOf('me', 2) });
    expect(driver.row('hello')?.edited).to.equal(true);
    driver.echo(2, { kind: 'edit', target: idOf('me', 1), text: 'hello' }, 2);
    expect([driver.state.outbox, driver.row('hello')?.edited]).to.deep.equal([[], true]);
    driver.compose('delete 1', { kind: 'delete', target: 'draft hi' });
    expect(driver.asked()).to.deep.equal(['delete 1: delete me-1']);
  });

  it('[ICE-9] that is taken for gone becomes another, and says again what had no answer', () => {
    const driver = Hosted.entered();
    driver.say('hi');
    driver.asked();
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'leave', replica: replica('me') } });
    expect(driver.effects.map(({ type }) => type)).to.include('renew');
    driver.put({ type: 'renewed', self: replica('provisional2') });
    driver.drop();
    driver.effects = [];
    driver.put({
      type: 'relay-joined',
      reply: joinReply([member('other', false), member('bob')]),
      now: driver.now,
    });
    driver.wait(10_000);
    expect([...new Set(driver.asked())]).to.deep.equal(['draft hi: message hi']);
    expect(driver.state.self).to.equal(replica('other'));
  });

  it('[ICE-9] gives the relay nothing of others, which takes nothing of others from it', () => {
    const driver = Hosted.entered();
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'old', 1, 1)] });
    driver.drop();
    driver.join({ epoch: 'another' });
    driver.effects = [];
    driver.wait(60_000);
    expect(driver.sent().filter((line) => line.startsWith('relay room'))).to.deep.equal([]);
  });
});
