import { expect } from 'chai';
import type { EntryFrame } from '../../../protocol/frames.ts';
import { AUTHOR_WINDOW } from '../../../widget/core/window.ts';
import { CoreDriver, member, message, START } from '../../support/core-driver.ts';

const CHUNK = 200;

describe('a room that is filled with spam', () => {
  const driverWith = () => CoreDriver.inRoom([member('bob'), member('spam')]);
  const bring = (driver: CoreDriver, frames: readonly EntryFrame[]) => {
    for (let from = 0; from < frames.length; from += CHUNK) {
      driver.put({ type: 'entries', via: 'relay', frames: frames.slice(from, from + CHUNK) });
    }
  };
  const spam = (count: number, text?: string) =>
    Array.from({ length: count }, (_, n) => message('spam', n + 1, text, START + 100 + n));
  const by = (driver: CoreDriver, name: string) =>
    driver.state.log.order.filter(({ author }) => author.name === name).map(({ entry }) => entry.seq);
  /** What of an author is in a store that has done all it was told. */
  const stored = (driver: CoreDriver, name: string) => {
    const held = new Set<number>();
    for (const effect of driver.effects) {
      if (effect.type !== 'persist') continue;
      for (const change of effect.changes) {
        if (change.type === 'entries') {
          for (const { entry, author } of change.entries) if (author.name === name) held.add(entry.seq);
        } else if (change.type === 'withdrawn' && change.entry.replica.startsWith(name)) held.delete(change.entry.seq);
      }
    }
    return held.size;
  };

  it('[LIM-15] row 30: an author keeps the newest 4,000, in memory and in the store, and drives nobody else out', () => {
    const driver = driverWith();
    bring(
      driver,
      [1, 2, 3].map((seq) => message('bob', seq)),
    );
    bring(driver, spam(AUTHOR_WINDOW + 600));
    expect(by(driver, 'bob')).to.deep.equal([1, 2, 3]);
    expect(by(driver, 'spam')).to.deep.equal(Array.from({ length: AUTHOR_WINDOW }, (_, n) => n + 601));
    expect([stored(driver, 'spam'), stored(driver, 'bob')]).to.deep.equal([AUTHOR_WINDOW, 3]);
    bring(driver, spam(CHUNK));
    expect(by(driver, 'spam'), 'what was dropped is not taken again').to.have.length(AUTHOR_WINDOW);
  });

  it('[LIM-15] row 30: and at most 8 Mi characters, the room 16 Mi', () => {
    const driver = driverWith();
    const long = 'x'.repeat(7_900);
    bring(driver, spam(2_000, long));
    const length = driver.state.log.order.reduce((sum, { entry }) => sum + entry.payload.length, 0);
    expect(length).to.be.within(8 * 1024 * 1024 - 8_000, 8 * 1024 * 1024);
    expect(by(driver, 'spam').at(-1)).to.equal(2_000);
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names)
      bring(
        driver,
        Array.from({ length: 600 }, (_, n) => message(name, n + 1, long, START + 9_000 + n)),
      );
    const all = driver.state.log.order.reduce((sum, { entry }) => sum + entry.payload.length, 0);
    expect(all).to.be.within(16 * 1024 * 1024 - 8_000, 16 * 1024 * 1024);
  });

  it('[LIM-15] row 30: what waits in the outbox stays, whatever comes', () => {
    const driver = driverWith();
    driver.put({ type: 'relay-down' });
    driver.say('mine');
    bring(driver, spam(AUTHOR_WINDOW + 100));
    expect(driver.state.outbox.map(({ content }) => content)).to.deep.equal([{ kind: 'message', text: 'mine' }]);
    const settled = driver.effects.filter(
      (effect) => effect.type === 'persist' && effect.changes.some(({ type }) => type === 'settled'),
    );
    expect(settled).to.deep.equal([]);
  });
});
