import { expect } from 'chai';
import type { EntryFrame } from '../../../protocol/frames.ts';
import { guestId, type UserId } from '../../../protocol/ids.ts';
import type { Act } from '../../../protocol/moderation.ts';
import { actFor, type Decision } from '../../../widget/core/deciding.ts';
import { type Logged, logOf, mergeEntries } from '../../../widget/core/log.ts';
import { standingIn } from '../../../widget/core/rulebook.ts';
import { moderatorCertificate } from '../../support/certificate.ts';
import { CoreDriver, idOf, joinReply, member, message, replica, START, saying } from '../../support/core-driver.ts';

const from = (name: string) => ({ via: replica(name), type: 'entries' }) as const;
const userOf = (name: string): UserId => guestId(replica(name));
const moderator = (name: string) => ({ ...member(name), role: 'moderator' as const });
const texts = (driver: CoreDriver) => driver.view().messages.map(({ text }) => text);

/** In the room with links to `bob` and `eve`, and with `mod`, who is a moderator. */
function room(): CoreDriver {
  const driver = CoreDriver.inRoom([moderator('mod'), member('bob'), member('eve')]);
  for (const name of ['mod', 'bob', 'eve']) driver.link(name);
  driver.effects = [];
  return driver;
}

/** What a moderator has decided, in ms after START. */
function ruling(seq: number, act: Act, at = seq): EntryFrame {
  const frame = saying('mod', seq, { kind: 'moderation', act }, START + at);
  return { ...frame, author: { user: userOf('mod'), name: 'mod', role: 'moderator' } };
}

function ban(seq: number, name: string, upTo: number, at = seq): EntryFrame {
  return ruling(seq, { type: 'ban', user: userOf(name), have: upTo > 0 ? { [replica(name)]: [[1, upTo]] } : {} }, at);
}

function take(driver: CoreDriver, ...frames: readonly EntryFrame[]): void {
  for (const frame of frames) driver.put({ ...from('bob'), frames: [frame] });
}

/** The visitor as a moderator. */
function moderating(...others: readonly string[]): CoreDriver {
  const driver = new CoreDriver();
  driver.certificate = moderatorCertificate(START);
  driver.put({ type: 'named', name: 'Me' });
  const members = [{ ...member('me'), role: 'moderator' as const }, ...others.map((name) => member(name))];
  driver.put({ type: 'relay-joined', reply: joinReply(members), now: driver.now });
  driver.effects = [];
  return driver;
}

const decide = (driver: CoreDriver, decision: Decision) => {
  const act = actFor(driver.state, decision, driver.now);
  if (act) driver.compose(`draft ${decision.type} ${driver.now}`, { kind: 'moderation', act });
};

const lastRuling = (driver: CoreDriver): Act | undefined => {
  const logged = driver.state.log.rulebook.rulings.at(-1);
  return logged && (JSON.parse(logged.entry.payload) as { act: Act }).act;
};

describe('rules of a room', () => {
  it('[MOD-3] show of a banned person what the ban names and nothing else, whatever its clock, path and order', () => {
    const said = [message('eve', 1, 'before', START + 1), message('eve', 2, 'after', START + 20)];
    const dated = message('eve', 3, 'dated back', START + 2);
    const orders = [
      [...said, dated, ban(1, 'eve', 1, 10)],
      [ban(1, 'eve', 1, 10), dated, ...said],
    ];
    for (const frames of orders) {
      const driver = room();
      take(driver, ...frames);
      expect(texts(driver)).to.deep.equal(['before']);
    }
  });

  it('[MOD-3] let a banned person change nothing: edits and reactions of theirs have no effect', () => {
    const driver = room();
    const target = idOf('eve', 1);
    take(driver, message('eve', 1, 'before', START + 1), ban(1, 'eve', 1, 10));
    take(driver, saying('eve', 2, { kind: 'edit', target, text: 'after' }, START + 20));
    take(driver, saying('eve', 3, { kind: 'delete', target }, START + 21));
    take(driver, saying('eve', 4, { kind: 'reaction', target, emoji: '👍', on: true }, START + 22));
    expect(driver.view().messages.map(({ text, reactions }) => [text, reactions.length])).to.deep.equal([
      ['before', 0],
    ]);
  });

  it('[MOD-3] of ban and unban the newest by clock counts, and what was said between stays hidden', () => {
    const unban = ruling(2, { type: 'unban', user: userOf('eve'), have: { [replica('eve')]: [[1, 1]] } }, 30);
    const said = [1, 2, 3].map((seq) => message('eve', seq, `eve ${seq}`, START + 20 * (seq - 1) + 1));
    for (const frames of [
      [ban(1, 'eve', 1, 10), unban, ...said],
      [...said, unban, ban(1, 'eve', 1, 10)],
    ]) {
      const driver = room();
      take(driver, ...frames);
      expect(texts(driver)).to.deep.equal(['eve 1', 'eve 3']);
    }
  });

  it('[MOD-3] a mute ends at its time; a muted person may still take back what they said', () => {
    const driver = room();
    const mute: Act = { type: 'mute', user: userOf('eve'), until: START + 100, have: { [replica('eve')]: [[1, 1]] } };
    take(driver, message('eve', 1, 'before', START + 1), ruling(1, mute, 10));
    take(driver, message('eve', 2, 'muted', START + 50), message('eve', 3, 'free', START + 101));
    expect(texts(driver)).to.deep.equal(['before', 'free']);
    take(driver, saying('eve', 4, { kind: 'delete', target: idOf('eve', 1) }, START + 60));
    expect(texts(driver)).to.deep.equal(['', 'free']);
  });

  it('[MOD-4] read-only hides what is said while it is on, but for moderators', () => {
    const driver = room();
    const on = (seq: number, isOn: boolean, at: number) => ruling(seq, { type: 'read-only', on: isOn }, at);
    take(driver, on(1, true, 10), on(2, false, 30));
    take(
      driver,
      message('eve', 1, 'a', START + 5),
      message('eve', 2, 'b', START + 20),
      message('eve', 3, 'c', START + 40),
    );
    const own = message('mod', 3, 'rules', START + 25);
    take(driver, { ...own, author: { user: userOf('mod'), name: 'mod', role: 'moderator' } });
    expect(texts(driver)).to.deep.equal(['a', 'rules', 'c']);
  });

  it('[MOD-4] slow mode hides messages of one person that come too soon after one that is shown', () => {
    const driver = room();
    take(driver, ruling(1, { type: 'slow', seconds: 10 }, 0));
    for (const [seq, at] of [
      [1, 1_000],
      [2, 5_000],
      [3, 11_500],
    ] as const)
      take(driver, message('eve', seq, `eve ${seq}`, START + at));
    take(driver, message('bob', 1, 'bob', START + 5_500));
    expect(texts(driver)).to.deep.equal(['eve 1', 'bob', 'eve 3']);
  });

  it('[MOD-2] come from moderators alone: by anybody else an act changes nothing', () => {
    const driver = room();
    const act: Act = { type: 'ban', user: userOf('eve'), have: {} };
    take(driver, message('eve', 1, 'heard'), saying('bob', 1, { kind: 'moderation', act }));
    expect(texts(driver)).to.deep.equal(['heard']);
    expect(driver.state.log.rulebook.rulings).to.deep.equal([]);
  });

  it('[MOD-2] do not bind who is a moderator at that time', () => {
    const driver = room();
    const said = message('mod', 5, 'still here', START + 50);
    take(driver, ban(1, 'mod', 0, 10));
    take(driver, { ...said, author: { user: userOf('mod'), name: 'mod', role: 'moderator' } });
    expect(texts(driver)).to.deep.equal(['still here']);
    take(driver, message('mod', 6, 'without the role', START + 60));
    expect(texts(driver)).to.deep.equal(['still here']);
  });

  it('[MOD-7] a moderator may delete what others said; nobody else may', () => {
    const driver = room();
    const target = idOf('eve', 1);
    take(driver, message('eve', 1, 'rude'), saying('bob', 1, { kind: 'delete', target }));
    expect(texts(driver)).to.deep.equal(['rude']);
    const removal = saying('mod', 1, { kind: 'delete', target });
    take(driver, { ...removal, author: { user: userOf('mod'), name: 'mod', role: 'moderator' } });
    expect(driver.view().messages.map(({ text, deleted }) => [text, deleted])).to.deep.equal([['', true]]);
  });

  it('[MOD-9] what is hidden is not unread, who is banned is no member, and a link to them is closed', () => {
    const driver = room();
    take(driver, ban(1, 'eve', 0));
    expect(driver.effects.filter(({ type }) => type === 'drop-link')).to.deep.equal([
      { type: 'drop-link', replica: replica('eve') },
    ]);
    const mesh = driver.effects.findLast((effect) => effect.type === 'mesh');
    expect(mesh?.type === 'mesh' && mesh.replicas).to.deep.equal([replica('mod'), replica('bob')]);
    driver.put({ ...from('eve'), frames: [message('eve', 1, 'hidden', START + 9)] });
    driver.put({ type: 'control', via: replica('eve'), frame: { v: 1, kind: 'typing', on: true } });
    const { unread, members, typing } = driver.view();
    expect([unread, typing, members.map(({ name }) => name)]).to.deep.equal([0, [], ['Me', 'bob', 'mod']]);
  });
});

describe('a visitor under rules', () => {
  const mine = (act: Act['type'], until?: number): Act =>
    ({ type: act, user: userOf('me'), have: {}, ...(until === undefined ? {} : { until }) }) as Act;

  it('[MOD-6] is told that it is muted and until when, and can write again at that time', () => {
    const driver = room();
    take(driver, ruling(1, mine('mute', START + 5_000)));
    expect(driver.view().writing).to.deep.equal({ state: 'muted', until: START + 5_000 });
    driver.say('too early');
    expect(driver.row('too early')).to.include({ status: 'failed', refusal: 'muted' });
    driver.wait(5_001);
    expect(driver.view().writing).to.deep.equal({ state: 'open' });
    driver.say('in time');
    expect(driver.row('in time')?.status).to.equal('sent');
  });

  it('[MOD-6] is told of a ban and of read-only, and nothing of what it composes goes out', () => {
    for (const [act, state, refusal] of [
      [mine('ban'), 'banned', 'banned'],
      [{ type: 'read-only', on: true }, 'read-only', 'read_only'],
    ] as const) {
      const driver = room();
      take(driver, ruling(1, act));
      driver.sent();
      driver.say('unheard');
      expect(driver.view().writing).to.deep.equal({ state });
      expect(driver.row('unheard')?.refusal).to.equal(refusal);
      expect(driver.sent().filter((line) => line.includes('entry'))).to.deep.equal([]);
    }
  });

  it('[MOD-6] says in slow mode one message at a time, each when its time has come', () => {
    const driver = room();
    take(driver, ruling(1, { type: 'slow', seconds: 10 }, 0));
    for (const text of ['one', 'two', 'three']) driver.say(text);
    const statuses = () => ['one', 'two', 'three'].map((text) => driver.row(text)?.status);
    expect(statuses()).to.deep.equal(['sent', 'queued', 'queued']);
    const { writing } = driver.view();
    expect(writing.state === 'slow' && writing.until - driver.now).to.equal(10_000);
    driver.wait(10_001);
    expect(statuses()).to.deep.equal(['sent', 'sent', 'queued']);
    driver.wait(10_001);
    expect(statuses()).to.deep.equal(['sent', 'sent', 'sent']);
    expect(texts(driver), 'and all of it is shown to others, by their clocks').to.deep.equal(['one', 'two', 'three']);
  });

  it('[MOD-6] tries again when the relay says that it is too soon for slow mode', () => {
    const driver = room();
    driver.say('soon');
    const id = driver.state.log.order.at(-1)?.entry.id;
    expect(id).to.be.a('string');
    if (id) driver.put({ type: 'relay-refused', id, code: 'slow_mode', retryAfter: 4_000 });
    driver.sent();
    driver.wait(4_001);
    expect(driver.sent()).to.include('relay room entry soon');
  });
});

describe('a moderator', () => {
  it('[MOD-3] bans with what the victim last said, by every replica of theirs', () => {
    const driver = moderating('eve', 'bob');
    for (const seq of [1, 2, 3]) driver.put({ type: 'entries', via: 'relay', frames: [message('eve', seq)] });
    decide(driver, { type: 'ban', user: userOf('eve') });
    expect(lastRuling(driver)).to.deep.equal({
      type: 'ban',
      user: userOf('eve'),
      have: { [replica('eve')]: [[1, 3]] },
    });
    expect(driver.view().silenced).to.deep.equal([{ user: userOf('eve'), why: 'banned', name: 'eve' }]);
    driver.put({ type: 'entries', via: 'relay', frames: [message('eve', 4, 'late', START + 2)] });
    driver.now += 1_000;
    decide(driver, { type: 'unban', user: userOf('eve') });
    expect(lastRuling(driver), 'what was hidden stays so').to.deep.equal({
      type: 'unban',
      user: userOf('eve'),
      have: { [replica('eve')]: [[1, 3]] },
    });
    expect(texts(driver)).to.deep.equal(['eve 1', 'eve 2', 'eve 3']);
    expect(driver.view().silenced).to.deep.equal([]);
  });

  it('[MOD-12] locks the room for all but those who are inside', () => {
    const driver = moderating('eve');
    decide(driver, { type: 'lock' });
    expect(lastRuling(driver)).to.deep.equal({ type: 'lock', users: [userOf('eve'), userOf('me')] });
    expect(driver.view().rules.locked).to.equal(true);
  });

  it('[MOD-2] is who has the role: from another visitor a decision goes nowhere', () => {
    const driver = room();
    decide(driver, { type: 'ban', user: userOf('eve') });
    expect(driver.state.outbox).to.deep.equal([]);
    expect(driver.view().moderates).to.equal(false);
  });

  it('[MOD-2] whose role has ended is told so, and the act is undone', () => {
    const driver = moderating('eve');
    decide(driver, { type: 'read-only', on: true });
    const id = driver.state.log.order.at(-1)?.entry.id;
    if (id) driver.put({ type: 'relay-refused', id, code: 'not_a_moderator' });
    const { notices, rules } = driver.view();
    expect([notices, rules.readOnly]).to.deep.equal([['not-a-moderator'], false]);
    expect(
      driver.state.log.order.map(({ entry }) => entry.kind),
      'and no number is missing',
    ).to.deep.equal(['void']);
  });
});

describe('what moderators have decided', () => {
  const logged = ({ entry, author }: EntryFrame): Logged => ({
    entry,
    author: author ?? { user: userOf('x'), name: 'x' },
  });

  const floods = {
    'many who speak': (i: number) =>
      message(['bob', 'cyd', 'dan'][i % 3] ?? '', Math.floor(i / 3) + 1, `${i}`, START + 10 + i),
    'the moderator alone': (i: number) => message('mod', i + 2, `${i}`, START + 10 + i),
  };
  for (const [who, said] of Object.entries(floods)) {
    it(`[MOD-8] outlives the window of entries that ${who} has filled, and a reload`, () => {
      const driver = room();
      take(driver, ban(1, 'eve', 0, 0));
      driver.put({ type: 'entries', via: 'relay', frames: Array.from({ length: 10_000 }, (_, i) => said(i)) });
      expect(driver.state.log.order.some(({ entry }) => entry.kind === 'moderation')).to.equal(false);
      take(driver, message('eve', 1, 'unheard', START + 20_000));
      expect(driver.row('unheard')).to.equal(undefined);
      const meta = driver.effects
        .flatMap((effect) => (effect.type === 'persist' ? effect.changes : []))
        .findLast((change) => change.type === 'meta');
      const rulings = meta?.type === 'meta' ? meta.meta.rulings : undefined;
      expect(rulings?.map(({ entry }) => entry.id)).to.deep.equal([idOf('mod', 1)]);
      const again = logOf(driver.state.log.order, driver.state.log.have, rulings);
      expect(again.rulebook.rules).to.deep.equal(driver.state.log.rulebook.rules);
    });
  }

  it('[MOD-13] comes with a join although the relay has trimmed it, and goes to a relay that does not know it', () => {
    const known = ban(1, 'eve', 0);
    const driver = CoreDriver.inRoom([member('eve')], { rulings: [known] });
    driver.put({ type: 'entries', via: 'relay', frames: [message('eve', 1, 'unheard')] });
    expect(texts(driver)).to.deep.equal([]);
    driver.put({ type: 'relay-down' });
    driver.effects = [];
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')], { rulings: [known] }), now: driver.now });
    expect(driver.sent().filter((line) => line.includes('moderation'))).to.deep.equal([]);
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')], { epoch: 'other' }), now: driver.now });
    expect(driver.sent().filter((line) => line.includes('moderation'))).to.deep.equal(['relay room entry moderation']);
  });

  it('[MOD-8] is kept in bounds: of too many those go first that others have taken the place of', () => {
    const standing = logged(ban(1, 'eve', 0, 0));
    const others = Array.from({ length: 1_100 }, (_, i) =>
      logged(ruling(i + 2, { type: 'slow', seconds: i % 9 }, i + 1)),
    );
    const { log } = mergeEntries(logOf([], new Map()), [standing, ...others]);
    expect(log.rulebook.rulings).to.have.length(1_000);
    expect(standingIn(log.rulebook).map(({ entry }) => entry.seq)).to.have.members([1, 1_101]);
  });
});

describe('reports', () => {
  it('[MOD-14] go to the relay, or by links to the moderators where it is away', () => {
    const driver = room();
    take(driver, message('eve', 1, 'rude'));
    driver.sent();
    driver.put({ type: 'reported', key: idOf('eve', 1), reason: 'rude' });
    expect(driver.sent()).to.deep.equal(['relay presence report']);
    driver.put({ type: 'relay-down' });
    driver.put({ type: 'reported', key: idOf('eve', 1) });
    expect(driver.sent()).to.deep.equal(['link mod report']);
  });

  it('[MOD-14] are shown to a moderator with the message, once for each who reports it, until dismissed', () => {
    const driver = moderating('eve', 'bob');
    driver.put({ type: 'entries', via: 'relay', frames: [message('eve', 1, 'rude')] });
    const frame = { v: 1, kind: 'report', target: idOf('eve', 1), reason: 'why', from: replica('bob') } as const;
    for (let n = 0; n < 2; n += 1) driver.put({ type: 'control', via: 'relay', frame });
    const [report, ...rest] = driver.view().reports;
    expect([report?.by.name, report?.author?.name, report?.text, report?.reason, rest]).to.deep.equal([
      'bob',
      'eve',
      'rude',
      'why',
      [],
    ]);
    driver.put({ type: 'dismissed', key: idOf('eve', 1) });
    expect(driver.view().reports).to.deep.equal([]);
    const plain = room();
    plain.put({ type: 'control', via: 'relay', frame });
    expect(plain.view().reports, 'nobody else sees them').to.deep.equal([]);
  });
});

describe('blocking somebody', () => {
  it('[MOD-15] hides what they say from this visitor alone, is stored, and can be undone', () => {
    const driver = room();
    take(driver, message('eve', 1, 'noise'), message('bob', 1, 'news', START + 2));
    driver.effects = [];
    driver.put({ type: 'blocked', user: userOf('eve'), name: 'eve', on: true });
    const meta = driver.effects.flatMap((effect) => (effect.type === 'persist' ? effect.changes : [])).at(-1);
    expect(meta?.type === 'meta' && [...(meta.meta.blocked ?? [])]).to.deep.equal([[userOf('eve'), 'eve']]);
    take(
      driver,
      message('eve', 2, 'more noise', START + 3),
      saying('eve', 3, { kind: 'reaction', target: idOf('bob', 1), emoji: '👍', on: true }),
    );
    driver.put({ type: 'control', via: replica('eve'), frame: { v: 1, kind: 'typing', on: true } });
    const { blocked, typing, messages, unread } = driver.view();
    expect([texts(driver), typing, blocked, messages[0]?.reactions, unread]).to.deep.equal([
      ['news'],
      [],
      [{ user: userOf('eve'), name: 'eve' }],
      [],
      2, // of the time before
    ]);
    driver.put({ type: 'blocked', user: userOf('eve'), name: 'eve', on: false });
    expect(texts(driver)).to.deep.equal(['noise', 'news', 'more noise']);
  });

  it('[MOD-15] does not bring back what a moderator deletes', () => {
    const driver = room();
    driver.put({ type: 'blocked', user: userOf('mod'), name: 'mod', on: true });
    const removal = saying('mod', 1, { kind: 'delete', target: idOf('bob', 1) });
    take(driver, message('bob', 1, 'rude'), {
      ...removal,
      author: { user: userOf('mod'), name: 'mod', role: 'moderator' },
    });
    expect(texts(driver)).to.deep.equal(['']);
  });
});

describe('a login that holds no more', () => {
  it('[MOD-18] ends its links where the relay says so; who has merely gone from the relay keeps them', () => {
    for (const cut of [true, false]) {
      const driver = room();
      const frame = { v: 1, kind: 'leave', replica: replica('eve'), ...(cut ? { cut } : {}) } as const;
      driver.put({ type: 'control', via: 'relay', frame });
      const dropped = driver.effects.flatMap((effect) => (effect.type === 'drop-link' ? [effect.replica] : []));
      expect(dropped).to.deep.equal(cut ? [replica('eve')] : []);
    }
    const driver = room();
    driver.put({
      type: 'control',
      via: replica('bob'),
      frame: { v: 1, kind: 'leave', replica: replica('eve'), cut: true },
    });
    expect(
      driver.effects.some(({ type }) => type === 'drop-link'),
      'a peer cuts nobody',
    ).to.equal(false);
  });
});
