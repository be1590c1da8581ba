import { expect } from 'chai';
import type { EntryId } from '../../../protocol/ids.ts';
import { Bucket } from '../../../server/limits/bucket.ts';
import { CoreDriver, entryId, joinReply, member, START } from '../../support/core-driver.ts';

const TEXTS = Array.from({ length: 20 }, (_, n) => `m${n}`);
const MORE = Array.from({ length: 12 }, (_, n) => `more ${n}`);
const sends = (texts: readonly string[]) => texts.map((text) => `relay room entry ${text}`);

describe('an outbox that is too fast for the relay', () => {
  const refuse = (driver: CoreDriver, seq: number, retryAfter = 1_000) =>
    driver.put({ type: 'relay-refused', id: entryId(seq), code: 'too_fast', retryAfter });

  it('[LIM-13] waits as long as it was told and brings what was refused in its order, a few at a time', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    for (const text of TEXTS) driver.say(text);
    driver.sent();
    for (let seq = 1; seq <= 20; seq += 1) refuse(driver, seq);
    driver.wait(999);
    expect(driver.sent()).to.deep.equal([]);
    driver.wait(1);
    expect(driver.sent()).to.deep.equal(sends(TEXTS.slice(0, 8)));
    driver.put({ type: 'relay-acked', id: entryId(1) });
    expect(driver.sent()).to.deep.equal(sends(['m8']));
    driver.put({ type: 'relay-acked', id: entryId(2) });
    for (let seq = 3; seq <= 10; seq += 1) refuse(driver, seq);
    driver.sent();
    driver.wait(999);
    expect(driver.sent()).to.deep.equal([]);
    driver.wait(1);
    expect(driver.sent()).to.deep.equal(sends(TEXTS.slice(2, 10)));
  });

  it('[LIM-13] what is said meanwhile goes behind what waits, and nothing fails', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    for (const text of TEXTS.slice(0, 10)) driver.say(text);
    driver.sent();
    for (let seq = 1; seq <= 10; seq += 1) refuse(driver, seq);
    driver.say('later');
    expect(driver.sent()).to.deep.equal([]);
    driver.wait(1_000);
    expect(driver.sent()).to.deep.equal(sends(TEXTS.slice(0, 8)));
    for (let seq = 1; seq <= 3; seq += 1) driver.put({ type: 'relay-acked', id: entryId(seq) });
    expect(driver.sent()).to.deep.equal(sends(['m8', 'm9', 'later']));
    for (let seq = 4; seq <= 11; seq += 1) driver.put({ type: 'relay-acked', id: entryId(seq) });
    expect(driver.state.outbox).to.deep.equal([]);
    for (const text of MORE) driver.say(text);
    expect(driver.sent(), 'at once again, all of them').to.deep.equal(sends(MORE));
    expect(driver.view().messages.every(({ status }) => status !== 'failed')).to.equal(true);
  });

  it('[LIM-13] clients that were told the same moment do not come at the same moment, and none too early', () => {
    for (const random of [0, 0.5, 0.99]) {
      const driver = CoreDriver.inRoom([member('bob')]);
      driver.random = random;
      driver.say('hello');
      driver.sent();
      refuse(driver, 1, 4_000);
      driver.wait(4_000 + Math.round(random * 500) - 1);
      expect(driver.sent()).to.deep.equal([]);
      driver.wait(1);
      expect(driver.sent()).to.deep.equal(sends(['hello']));
    }
  });

  it('[LIM-13] links are not the relay: there it goes at once', () => {
    const driver = CoreDriver.inRoom([member('bob'), member('cyd')]);
    driver.link('bob');
    driver.say('one');
    refuse(driver, 1, 60_000);
    driver.sent();
    driver.say('two');
    expect(driver.sent()).to.deep.equal(['link bob entry two']);
  });

  it('[LIM-13] a join on the same session, as for a new name, changes nothing of it', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    for (const text of TEXTS) driver.say(text);
    for (let seq = 1; seq <= 20; seq += 1) refuse(driver, seq, 60_000);
    driver.sent();
    const reply = joinReply([member('me'), member('bob')]);
    driver.put({ type: 'relay-joined', reply, now: START });
    expect(driver.sent().filter((line) => line.startsWith('relay room'))).to.deep.equal([]);
  });

  it('[LIM-13] with a new session all goes at once', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    for (const text of TEXTS) driver.say(text);
    for (let seq = 1; seq <= 20; seq += 1) refuse(driver, seq, 60_000);
    driver.sent();
    driver.put({ type: 'relay-down' });
    driver.put({
      type: 'relay-joined',
      reply: joinReply([member('me'), member('bob')]),
      now: START,
    });
    expect(driver.sent().filter((line) => line.startsWith('relay room'))).to.deep.equal(sends(TEXTS));
  });

  it('[LIM-13] 700 messages at a relay with the limits of a session: none lost, all in order, few of them in vain', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    const bucket = new Bucket({ perSecond: 10, burst: 600 }, driver.now);
    const taken: EntryId[] = [];
    let refused = 0;
    let seen = 0;
    const answer = () => {
      for (; seen < driver.effects.length; seen += 1) {
        const effect = driver.effects[seen];
        if (effect?.type !== 'send-relay' || !('entry' in effect.frame)) continue;
        const { id } = effect.frame.entry;
        const wait = bucket.take(driver.now);
        if (wait === 0) taken.push(id);
        else refused += 1;
        driver.put(
          wait === 0
            ? { type: 'relay-acked', id }
            : { type: 'relay-refused', id, code: 'too_fast', retryAfter: Math.ceil(wait) },
        );
      }
    };
    for (let n = 1; n <= 700; n += 1) {
      driver.say(`m${n}`);
      answer();
    }
    for (let ms = 0; ms < 20_000 && taken.length < 700; ms += 10) {
      driver.wait(10);
      answer();
    }
    expect(taken).to.deep.equal(Array.from({ length: 700 }, (_, n) => entryId(n + 1)));
    expect(refused).to.be.lessThan(120);
    expect(driver.now - START).to.be.lessThan(15_000);
    expect(driver.state.outbox).to.deep.equal([]);
  });
});
