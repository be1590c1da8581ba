import { expect } from 'chai';
import fc from 'fast-check';
import type { EntryFrame } from '../../../protocol/frames.ts';
import type { EntryId, ReplicaId, UserId } from '../../../protocol/ids.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import type { Act } from '../../../protocol/moderation.ts';
import { payloadOf } from '../../../protocol/payloads.ts';
import { Rulebook } from '../../../server/rooms/rulebook.ts';

const MODERATOR = { user: 'mod' as UserId, name: 'Mod', role: 'moderator' } as const;

function decided(seq: number, act: Act): EntryFrame {
  const replica = 'mod'.padEnd(22, '_') as ReplicaId;
  const id = `${seq}`.padEnd(43, '_') as EntryId;
  const payload = payloadOf({ kind: 'moderation', act });
  return {
    ...{ v: 1, author: MODERATOR },
    entry: { id, replica, seq, prev: null, clock: [seq, 0], kind: 'moderation', payload, cert: 'c', sig: 's' },
  };
}

const ban = (seq: number) => decided(seq, { type: 'ban', user: `u${seq}` as UserId, have: {} });
const unban = (seq: number) => decided(seq, { type: 'unban', user: `u${seq}` as UserId, have: {} });

describe('a rulebook that is full', () => {
  it('[MOD-13] keeps the rules of the room, and the newest about people', () => {
    const rulebook = new Rulebook();
    rulebook.note(decided(1, { type: 'lock', users: [] }));
    rulebook.note(decided(2, { type: 'slow', seconds: 5 }));
    for (let seq = 3; seq < 3 + LIMITS.rulings; seq += 1) rulebook.note(ban(seq));
    expect(rulebook.size).to.equal(LIMITS.rulings);
    expect([rulebook.has('lock'), rulebook.has('slow')]).to.deep.equal([true, true]);
    expect([rulebook.has('ban u3'), rulebook.has('ban u4'), rulebook.has('ban u5')]).to.deep.equal([
      false,
      false,
      true,
    ]);
    expect(rulebook.note(ban(3)), 'an old one that comes again pushes out no newer one').to.equal(false);
    expect(rulebook.has('ban u5')).to.equal(true);
  });

  it('[MOD-13] holds the same in whatever order all of it comes', () => {
    const all = Array.from({ length: LIMITS.rulings + 20 }, (_, n) => (n % 9 === 0 ? unban(n + 1) : ban(n + 1)));
    const held = (frames: readonly EntryFrame[]) => {
      const rulebook = new Rulebook();
      for (const frame of frames) rulebook.note(frame);
      return rulebook
        .frames()
        .map(({ entry }) => entry.seq)
        .sort((a, b) => a - b);
    };
    const expected = held(all);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(held(shuffled)).to.deep.equal(expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a rulebook in slow mode', () => {
  const eve = 'eve' as UserId;
  const [one, two] = ['1', '2'].map((digit) => digit.padEnd(43, '_') as EntryId) as [EntryId, EntryId];

  it('[MOD-10] what came to nothing keeps nobody waiting, and what was said before it still does', () => {
    const rulebook = new Rulebook();
    rulebook.note(decided(1, { type: 'slow', seconds: 5 }));
    rulebook.hear(eve, one, 1_000);
    rulebook.hear(eve, two, 6_000);
    expect(rulebook.wait(eve, one, 6_000)).to.equal(5_000);
    rulebook.unhear(eve, one);
    expect(rulebook.wait(eve, one, 6_000), 'it was not the last').to.equal(5_000);
    rulebook.unhear(eve, two);
    expect([rulebook.wait(eve, one, 6_000), rulebook.wait(eve, two, 4_000)]).to.deep.equal([0, 2_000]);
    rulebook.unhear(eve, one);
    expect(rulebook.wait(eve, two, 1_000)).to.equal(0);
  });
});
