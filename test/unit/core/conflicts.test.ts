import { expect } from 'chai';
import type { EntryFrame } from '../../../protocol/frames.ts';
import type { EntryId } from '../../../protocol/ids.ts';
import { CoreDriver, idOf, joinReply, member, message, replica, START } from '../../support/core-driver.ts';

/** Another body for somebody's number. */
function twin(author: string, seq: number, text = 'the other thing', clock = START + seq): EntryFrame {
  const frame = message(author, seq, text, clock);
  return { ...frame, entry: { ...frame.entry, id: `${author}-${seq}-twin`.padEnd(43, '_') as EntryId } };
}

const proof = (...entries: readonly EntryFrame[]) => ({ v: 1, kind: 'proof', entries }) as const;

describe('two entries under one number', () => {
  const texts = (driver: CoreDriver) => driver.view().messages.map(({ text }) => text);
  const inRoom = () => {
    const driver = CoreDriver.inRoom([member('bob'), member('cyd'), member('dan')]);
    driver.link('cyd');
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'one thing'), message('bob', 2, 'true')] });
    driver.effects = [];
    return driver;
  };

  it('[CERT-13] are shown no more, whatever clock the second has, and everyone is shown both', () => {
    for (const clock of [START + 1, START + 99]) {
      const driver = inRoom();
      driver.put({ type: 'entries', via: replica('cyd'), frames: [twin('bob', 1, 'the other thing', clock)] });
      expect(texts(driver)).to.deep.equal(['true']);
      const told = driver.effects.filter(
        (effect) => 'frame' in effect && 'kind' in effect.frame && effect.frame.kind === 'proof',
      );
      expect(told.map((effect) => ('channel' in effect ? effect.channel : 'link'))).to.deep.equal(['presence']);
      driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1, 'one thing')] });
      expect(texts(driver), 'and never again').to.deep.equal(['true']);
    }
  });

  it('[CERT-13] are told on every link but the one that brought them, and to the relay unless it brought the proof', () => {
    const driver = inRoom();
    driver.link('dan');
    driver.effects = [];
    driver.put({ type: 'control', via: replica('cyd'), frame: proof(message('bob', 1, 'one thing'), twin('bob', 1)) });
    expect(driver.sent().filter((line) => line.endsWith('proof'))).to.deep.equal([
      'link dan proof',
      'relay presence proof',
    ]);
    driver.put({ type: 'control', via: 'relay', frame: proof(message('bob', 2, 'true'), twin('bob', 2)) });
    expect(driver.sent().filter((line) => line.endsWith('proof'))).to.deep.equal(['link cyd proof', 'link dan proof']);
    driver.put({ type: 'control', via: 'relay', frame: proof(message('bob', 2, 'true'), twin('bob', 2)) });
    expect(driver.sent()).to.deep.equal([]);
    expect(texts(driver)).to.deep.equal([]);
  });

  it('[CERT-13] take their edits, deletes and reactions with them, and stay hidden over a reload', () => {
    const driver = inRoom();
    driver.put({ type: 'entries', via: replica('cyd'), frames: [twin('bob', 2)] });
    const { seq, prev, clock, log, receipts, seen, away, outbox } = driver.state;
    expect([...log.conflicts.values()].flat().map(({ entry }) => entry.id)).to.deep.equal(
      [idOf('bob', 2), twin('bob', 2).entry.id].sort(),
    );
    const stored = [...driver.effects].flatMap((effect) =>
      effect.type === 'persist'
        ? effect.changes.flatMap((change) => (change.type === 'entries' ? change.entries : []))
        : [],
    );
    expect(
      stored.map(({ entry }) => entry.id),
      'the proof is stored',
    ).to.include(twin('bob', 2).entry.id);
    const entries = [...log.order, ...[...log.conflicts.values()].flat()];
    const kept = { seq, prev, clock, receipts, seen, away, have: log.have, entries, outbox };
    const reloaded = new CoreDriver(kept);
    expect(reloaded.view().messages.map(({ text }) => text)).to.deep.equal(['one thing']);
  });

  it('[CERT-13] are shown to whoever comes by a link, and to a relay that does not know', () => {
    const driver = inRoom();
    driver.put({ type: 'entries', via: replica('cyd'), frames: [twin('bob', 1)] });
    driver.effects = [];
    driver.link('dan');
    expect(driver.sent()).to.include('link dan proof');
    const known = [message('bob', 1, 'one thing'), twin('bob', 1)];
    const rejoin = (proofs: readonly EntryFrame[]) => {
      driver.put({
        type: 'relay-joined',
        reply: joinReply([member('me'), member('bob')], { proofs }),
        now: driver.now,
      });
      return driver.sent().filter((line) => line.endsWith('proof'));
    };
    expect(rejoin(known)).to.deep.equal([]);
    expect(rejoin([])).to.deep.equal(['relay presence proof']);
  });

  it('[CERT-13] are learned from a join', () => {
    const proofs = [message('bob', 1, 'one thing'), twin('bob', 1)];
    const driver = CoreDriver.inRoom([member('bob')], {
      proofs,
      entries: [message('bob', 1, 'one thing', START + 1, 1)],
    });
    expect(texts(driver)).to.deep.equal([]);
  });

  it('[CERT-13] [REPL-1] of mine make me a new replica, and what nobody is known to hold is said anew', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    driver.say('mine');
    driver.effects = [];
    driver.put({ type: 'entries', via: replica('bob'), frames: [twin('me', 1)] });
    expect(driver.effects.some(({ type }) => type === 'renew')).to.equal(true);
    driver.put({ type: 'renewed', self: replica('me too') });
    expect(texts(driver)).to.deep.equal(['mine']);
    driver.put({ type: 'entries', via: replica('bob'), frames: [twin('me', 1)] });
    expect(texts(driver)).to.deep.equal(['mine']);
  });
});
