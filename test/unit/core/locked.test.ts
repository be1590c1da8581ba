import { expect } from 'chai';
import type { EntryFrame, Opened } from '../../../protocol/frames.ts';
import { type Body, payloadOf } from '../../../protocol/payloads.ts';
import { lockedIn } from '../../../widget/core/unlock.ts';
import { lockStateOf } from '../../../widget/ui/lock-policy.ts';
import { CoreDriver, idOf, member, replica, START, saying } from '../../support/core-driver.ts';

const LOCKED: Opened = { state: 'locked', key: 'K'.repeat(11) };
const from = (name: string) => ({ type: 'entries', via: replica(name) }) as const;
const open = (body: Body): Opened => ({ state: 'open', payload: payloadOf(body) });

/** An entry as it travels in an encrypted room, and what the edge has made of it. */
function sealed(author: string, seq: number, body: Body, opened: Opened, clock = START + seq): EntryFrame {
  const frame = saying(author, seq, body, clock);
  return { ...frame, entry: { ...frame.entry, payload: '{"v":1}' }, opened };
}

function inRoom(...frames: readonly EntryFrame[]): CoreDriver {
  const driver = CoreDriver.inRoom([member('bob')]);
  driver.link('bob');
  for (const frame of frames) driver.put({ ...from('bob'), frames: [frame] });
  return driver;
}

const marks = (driver: CoreDriver) => driver.view().messages.map(({ text, mark }) => mark ?? text);

describe('messages of an encrypted room', () => {
  const hello: Body = { kind: 'message', text: 'hello' };

  it('[ENC-6] are shown if they open, else stand in their place with what keeps them from it', () => {
    const driver = inRoom(
      sealed('bob', 1, hello, open(hello)),
      sealed('bob', 2, hello, LOCKED),
      sealed('bob', 3, hello, { state: 'damaged' }),
      sealed('bob', 4, hello, { state: 'plain' }),
      sealed('bob', 5, hello, { state: 'open', payload: '{"text":7}' }),
    );
    expect(marks(driver)).to.deep.equal(['hello', 'locked', 'damaged', 'plain', 'damaged']);
    expect(driver.view().messages[1]?.lockedBy).to.equal('K'.repeat(11));
    expect(
      driver
        .view()
        .messages.slice(1)
        .map(({ text }) => text)
        .join(''),
    ).to.equal('');
    expect(driver.state.unread, 'what can be read is counted').to.equal(1);
  });

  it('[ENC-6] nothing that was not encrypted, or is locked, edits, deletes or reacts', () => {
    const target = idOf('bob', 1);
    const changes: readonly Body[] = [
      { kind: 'edit', target, text: 'changed' },
      { kind: 'delete', target },
      { kind: 'reaction', target, emoji: '👍', on: true },
    ];
    for (const opened of [LOCKED, { state: 'plain' }, { state: 'damaged' }] as const) {
      const driver = inRoom(sealed('bob', 1, hello, open(hello)));
      for (const [i, body] of changes.entries())
        driver.put({ ...from('bob'), frames: [{ ...saying('bob', i + 2, body), opened }] });
      const [row] = driver.view().messages;
      expect([row?.text, row?.deleted, row?.reactions], opened.state).to.deep.equal(['hello', false, []]);
    }
  });

  it('[ENC-10] another key opens what was locked, with its edits, where it stands', () => {
    const edit: Body = { kind: 'edit', target: idOf('bob', 1), text: 'hello, Ada' };
    const driver = inRoom(
      sealed('bob', 1, hello, LOCKED),
      sealed('bob', 2, edit, LOCKED),
      sealed('bob', 3, { kind: 'message', text: 'bye' }, open({ kind: 'message', text: 'bye' })),
    );
    expect(marks(driver)).to.deep.equal(['locked', 'bye']);
    expect(lockedIn(driver.state).map(({ id }) => id)).to.deep.equal([idOf('bob', 1), idOf('bob', 2)]);
    driver.effects = [];
    driver.put({
      type: 'opened',
      entries: new Map([
        [idOf('bob', 1), open(hello)],
        [idOf('bob', 2), open(edit)],
      ]),
    });
    expect(marks(driver)).to.deep.equal(['hello, Ada', 'bye']);
    expect(driver.sent(), 'nobody needs to hear of it').to.deep.equal([]);
    expect(lockedIn(driver.state)).to.deep.equal([]);
  });

  it('[ENC-10] what waits for its time is opened, too', () => {
    const ahead = START + 60 * 60_000;
    const driver = inRoom(sealed('bob', 1, hello, LOCKED, ahead));
    expect(driver.view().messages).to.deep.equal([]);
    driver.put({ type: 'opened', entries: new Map([[idOf('bob', 1), open(hello)]]) });
    driver.wait(60 * 60_000);
    expect(marks(driver)).to.deep.equal(['hello']);
  });

  it('[ENC-7] what others are given, and what is sent, is the entry as it travelled', () => {
    const driver = inRoom(sealed('bob', 1, hello, open({ kind: 'message', text: 'a quiet word' })));
    driver.effects = [];
    driver.link('cy');
    const given = driver.effects.filter(({ type }) => type === 'send-link' || type === 'send-relay');
    expect(JSON.stringify(given)).to.include(idOf('bob', 1)).and.not.include('quiet');
  });

  it('[ENC-9] what a visitor must know of their keys follows from what others wrote', () => {
    const driver = inRoom(sealed('bob', 1, hello, LOCKED));
    const state = () => lockStateOf(driver.view().messages);
    expect(state()).to.equal('all');
    driver.say('mine');
    expect(state(), 'what I say proves nothing').to.equal('all');
    driver.put({ ...from('bob'), frames: [sealed('bob', 2, hello, open(hello))] });
    expect(state()).to.equal('some');
    driver.put({ type: 'opened', entries: new Map([[idOf('bob', 1), open(hello)]]) });
    expect(state()).to.equal('open');
  });
});
