import { expect } from 'chai';
import type { EntryFrame } from '../../../protocol/frames.ts';
import type { UserId } from '../../../protocol/ids.ts';
import {
  CoreDriver,
  entryId,
  idOf,
  joinReply,
  member,
  message,
  replica,
  START,
  saying,
} from '../../support/core-driver.ts';

const from = (name: string) => ({ via: replica(name), type: 'entries' }) as const;

function linked(...names: string[]): CoreDriver {
  const driver = CoreDriver.inRoom(names.map((name) => member(name)));
  for (const name of names) driver.link(name);
  return driver;
}

describe('edits, deletes and reactions', () => {
  it('[AMD-1] change a message of the same author, whichever comes first', () => {
    const edit = saying('bob', 2, { kind: 'edit', target: idOf('bob', 1), text: 'Hello' });
    for (const frames of [
      [message('bob', 1, 'Helo'), edit],
      [edit, message('bob', 1, 'Helo')],
    ]) {
      const driver = linked('bob');
      for (const frame of frames) driver.put({ ...from('bob'), frames: [frame] });
      expect(driver.view().messages.map(({ text, edited }) => [text, edited])).to.deep.equal([['Hello', true]]);
    }
  });

  it('[AMD-1] of somebody else change nothing but reactions', () => {
    const driver = linked('bob', 'eve');
    driver.put({ ...from('bob'), frames: [message('bob', 1, 'mine')] });
    const target = idOf('bob', 1);
    driver.put({ ...from('eve'), frames: [saying('eve', 1, { kind: 'edit', target, text: 'hers' })] });
    driver.put({ ...from('eve'), frames: [saying('eve', 2, { kind: 'delete', target })] });
    driver.put({ ...from('eve'), frames: [saying('eve', 3, { kind: 'reaction', target, emoji: '👍', on: true })] });
    const row = driver.row('mine');
    expect(row?.edited).to.equal(false);
    expect(row?.reactions.map(({ emoji, authors }) => [emoji, authors.map(({ name }) => name)])).to.deep.equal([
      ['👍', ['eve']],
    ]);
  });

  it('[AMD-2] the newest edit by clock counts, and a delete is final', () => {
    const driver = linked('bob');
    const target = idOf('bob', 1);
    const say = (seq: number, text: string, clock: number) =>
      driver.put({ ...from('bob'), frames: [saying('bob', seq, { kind: 'edit', target, text }, clock)] });
    driver.put({ ...from('bob'), frames: [message('bob', 1, 'first')] });
    say(3, 'third', START + 30);
    say(2, 'second', START + 20);
    expect(driver.row('third')?.edited).to.equal(true);
    driver.put({ ...from('bob'), frames: [saying('bob', 4, { kind: 'delete', target }, START + 25)] });
    say(5, 'fifth', START + 50);
    const [row] = driver.view().messages;
    expect([row?.text, row?.deleted, row?.edited, row?.reactions]).to.deep.equal(['', true, false, []]);
  });

  it('[REPL-4] a copy vanishes without a trace only where what it copies is here and was composed as the same', () => {
    const said = (author: string, seq: number, draft: string, text = 'hello') => {
      const frame = message(author, seq, text);
      return { ...frame, entry: { ...frame.entry, payload: JSON.stringify({ text, draft }) } };
    };
    const shown = (...firsts: readonly EntryFrame[]) => {
      const driver = CoreDriver.inRoom([member('bob')]);
      const twin = saying('bob', 3, { kind: 'delete', target: idOf('bob', 2), twin: idOf('old', 1) });
      driver.put({ type: 'entries', via: 'relay', frames: [said('bob', 2, 'one draft'), twin] });
      driver.put({ type: 'entries', via: 'relay', frames: firsts });
      return driver.view().messages.map(({ key, deleted }) => `${key.replace(/_+$/, '')}${deleted ? ' deleted' : ''}`);
    };
    expect(shown(), 'before the first is here').to.deep.equal(['bob-2']);
    expect(shown(said('old', 1, 'one draft'))).to.deep.equal(['old-1']);
    expect(shown(said('old', 1, 'another draft'))).to.deep.equal(['old-1', 'bob-2']);
    expect(shown(said('old', 1, 'one draft', 'other words'))).to.deep.equal(['old-1', 'bob-2']);
    const gone = saying('old', 4, { kind: 'delete', target: idOf('old', 1) });
    expect(shown(said('old', 1, 'one draft'), gone), 'the first is deleted').to.deep.equal(['old-1 deleted', 'bob-2']);
    const itself = saying('bob', 5, { kind: 'delete', target: idOf('bob', 4), twin: idOf('bob', 4) });
    expect(shown(said('bob', 4, 'itself'), itself)).to.deep.equal(['bob-2', 'bob-4']);
  });

  it('[AMD-3] a reaction taken back is gone; the newest of one person and emoji counts', () => {
    const driver = linked('bob', 'cyd');
    const target = idOf('bob', 1);
    driver.put({ ...from('bob'), frames: [message('bob', 1, 'hi')] });
    const react = (name: string, seq: number, on: boolean, clock: number) =>
      driver.put({ ...from(name), frames: [saying(name, seq, { kind: 'reaction', target, emoji: '🎉', on }, clock)] });
    react('cyd', 2, false, START + 20);
    react('cyd', 1, true, START + 10);
    react('bob', 2, true, START + 15);
    expect(driver.row('hi')?.reactions.map(({ authors }) => authors.length)).to.deep.equal([1]);
  });

  it('[AMD-4] of mine show at once, before any path is up, and go out after what they change', () => {
    const driver = new CoreDriver();
    driver.put({ type: 'named', name: 'Me' });
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')]), now: driver.now });
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'hi', START, 1)] });
    driver.put({ type: 'relay-down' });
    driver.effects = [];
    driver.compose('d1', { kind: 'reaction', target: idOf('bob', 1), emoji: '👍', on: true });
    expect(driver.row('hi')?.reactions[0]?.mine).to.equal(true);
    expect(driver.sent()).to.deep.equal([]);
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')]), now: driver.now });
    expect(driver.sent()).to.deep.equal(['relay room entry reaction']);
    expect(driver.row('hi')?.reactions[0]?.mine).to.equal(true);
  });

  it('[AMD-3] one’s own reaction is known as that, also under a login', () => {
    const driver = new CoreDriver();
    const me = { ...member('me'), user: 'ada' as UserId };
    driver.put({ type: 'named', name: 'Me' });
    driver.put({ type: 'relay-joined', reply: joinReply([me]), now: driver.now });
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'hi', START, 1)] });
    driver.compose('d1', { kind: 'reaction', target: idOf('bob', 1), emoji: '👍', on: true });
    expect(driver.row('hi')?.reactions[0]?.authors.map(({ user }) => user)).to.deep.equal(['ada']);
    expect(driver.row('hi')?.reactions[0]?.mine).to.equal(true);
  });

  it('[AMD-4] of a draft change the draft itself, and deleting it takes it back', () => {
    const driver = new CoreDriver();
    driver.put({ type: 'named', name: 'Me' });
    driver.say('one');
    driver.say('two');
    driver.compose('e', { kind: 'edit', target: 'draft one', text: 'ONE' });
    driver.compose('d', { kind: 'delete', target: 'draft two' });
    expect(driver.view().messages.map(({ text }) => text)).to.deep.equal(['ONE']);
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')]), now: driver.now });
    expect(driver.sent()).to.deep.equal(['relay room entry ONE']);
  });

  it('[AMD-4] of a message under way find it by its id once it has one', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.holdsStore = true;
    driver.say('one');
    driver.compose('e', { kind: 'edit', target: 'draft one', text: 'ONE' });
    expect(driver.row('ONE')?.status).to.equal('queued');
    const [seal] = driver.effects.filter((effect) => effect.type === 'seal');
    driver.holdsStore = false;
    if (seal?.type !== 'seal') throw new Error('nothing to seal');
    const [numbered] = seal.messages;
    if (!numbered) throw new Error('nothing numbered');
    const { draft, ...rest } = numbered;
    const entry = { ...rest, id: entryId(1), replica: replica('me'), prev: null, cert: 'cert', sig: 'sig' };
    driver.put({ type: 'sealed', entries: [{ draft, entry }] });
    expect(driver.sent()).to.deep.equal(['relay room entry one', 'relay room entry ONE']);
    expect(driver.row('ONE')?.edited).to.equal(true);
  });

  it('[AMD-5] that the relay refuses mark their message as failed; Retry sends them again, Delete takes them back', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'hi', START, 1)] });
    driver.compose('r', { kind: 'reaction', target: idOf('bob', 1), emoji: '👍', on: true });
    driver.put({ type: 'relay-refused', id: entryId(1), code: 'too_large' });
    expect(driver.row('hi')?.status).to.equal('failed');
    driver.sent();
    driver.put({ type: 'retried', key: idOf('bob', 1) });
    expect(driver.sent()).to.include('relay room entry reaction');
    driver.put({ type: 'relay-refused', id: entryId(2), code: 'too_large' });
    driver.put({ type: 'discarded', key: idOf('bob', 1) });
    expect(driver.row('hi')?.status).to.equal(undefined);
    expect(driver.row('hi')?.reactions).to.deep.equal([]);
  });

  it('[AMD-6] a command that comes twice is one composition', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.say('one');
    driver.say('one');
    driver.put({ type: 'relay-acked', id: entryId(1) });
    driver.say('one');
    expect(driver.view().messages).to.have.length(1);
    expect(driver.state.seq).to.equal(1);
  });
});
