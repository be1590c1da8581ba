import { expect } from 'chai';
import fc from 'fast-check';
import { compareEntries, type Entry, isSeq } from '../../../protocol/entry.ts';
import { type EntryId, guestId, type ReplicaId, type RoomName } from '../../../protocol/ids.ts';
import type { Act } from '../../../protocol/moderation.ts';
import { type Body, payloadOf } from '../../../protocol/payloads.ts';
import type { Event } from '../../../widget/core/events.ts';
import { EMPTY_LOG, type Log, type Logged, logOf, mergeEntries } from '../../../widget/core/log.ts';
import { rowsOf } from '../../../widget/core/rows.ts';
import { initialState, type State } from '../../../widget/core/state.ts';
import { step } from '../../../widget/core/step.ts';

const NOW = 1_700_000_000_000;
const AUTHORS = ['ann', 'bob', 'cyd'].map((name) => name.padEnd(22, '_') as ReplicaId);

const DOES = ['message', 'edit', 'delete', 'react', 'unreact', 'void', 'later'] as const;
/** The first author is a moderator; nobody else's acts count. */
const ACTS = ['mute', 'unmute', 'ban', 'unban', 'read-only', 'writable', 'slow', 'fast'] as const;

/** What one author says at one number: the same wherever it comes from, as in a log of signed entries. */
interface Said {
  readonly author: number;
  readonly seq: number;
  readonly ms: number;
  readonly does: (typeof DOES)[number] | (typeof ACTS)[number];
  /** Whose message it is about, counted from the author on, and which of theirs. */
  readonly about: number;
  readonly number: number;
}

const saidBy = {
  author: fc.nat(AUTHORS.length - 1),
  seq: fc.integer({ min: 1, max: 8 }).filter(isSeq),
  ms: fc.nat(6),
  about: fc.constantFrom(0, 0, 0, 1),
  number: fc.integer({ min: 1, max: 3 }),
};
const said: fc.Arbitrary<Said> = fc.record({
  ...saidBy,
  does: fc.constantFrom('message', 'message', 'edit', 'edit', 'delete', 'react', 'unreact', 'void', 'later'),
});

const judged: fc.Arbitrary<Said> = fc.oneof(
  { arbitrary: said, weight: 3 },
  { arbitrary: fc.record({ ...saidBy, does: fc.constantFrom(...ACTS) }), weight: 1 },
);

/** What one author says at one number, twice over: some say another thing there as well. */
const contradictory = fc
  .uniqueArray(fc.tuple(judged, fc.constantFrom('', '', 'b', 'c')), {
    selector: ([{ author, seq }, more]) => `${author} ${seq} ${more}`,
    maxLength: 20,
  })
  .map((all) => all.map(([one, more]) => alias(entryOf(one), more)));
/** Entries of which no two have one number; their targets may be missing, or stand later. */
const entries = fc
  .uniqueArray(judged, { selector: ({ author, seq }) => `${author} ${seq}`, maxLength: 16 })
  .map((all) => all.map(entryOf));
/** The same entries in pieces that overlap, as several paths bring them, each in its own order. */
const pieces = fc.oneof(entries, contradictory).chain((all) =>
  fc.record({
    all: fc.constant(all),
    parts: fc
      .array(fc.shuffledSubarray(all), { maxLength: 4 })
      .chain((some) => fc.shuffledSubarray([...some, all], { minLength: some.length + 1 })),
  }),
);

describe('merging logs', () => {
  it('[CERT-13] shows nothing of what stands beside another thing under its number, in whatever order both come', () => {
    fc.assert(
      fc.property(contradictory, (all) => {
        const log = merge(EMPTY_LOG, all);
        const bodies = new Map<string, Set<string>>();
        for (const { entry } of all) {
          const key = `${entry.replica} ${entry.seq}`;
          bodies.set(key, (bodies.get(key) ?? new Set()).add(entry.id));
        }
        const truth = [...bodies].filter(([, ids]) => ids.size === 1).flatMap(([, ids]) => [...ids]);
        expect(log.order.map(({ entry }) => entry.id)).to.have.members(truth);
        const refuted = [...bodies]
          .filter(([, ids]) => ids.size > 1)
          .map(([key, ids]) => [key, [...ids].sort().slice(0, 2)]);
        expect(contents(log).conflicts).to.have.deep.members(refuted);
      }),
    );
  });

  it('[CORE-1] [CORE-2] [CERT-13] [MOD-5] is commutative and associative: in whatever pieces and order entries come, the log is one', () => {
    fc.assert(
      fc.property(pieces, ({ all, parts }) => {
        const whole = contents(merge(EMPTY_LOG, all));
        expect(contents(parts.reduce(merge, EMPTY_LOG))).to.deep.equal(whole);
        expect(contents([...parts].reverse().reduce(merge, EMPTY_LOG))).to.deep.equal(whole);
        const [first = [], ...rest] = parts;
        const later = rest.reduce(merge, EMPTY_LOG);
        expect(contents(merge(later, first)), 'the first piece last').to.deep.equal(whole);
      }),
    );
  });

  it('[CORE-1] [MOD-5] is idempotent: what is held already changes nothing', () => {
    fc.assert(
      fc.property(pieces, ({ all, parts }) => {
        const log = merge(EMPTY_LOG, all);
        for (const part of parts) {
          const again = mergeEntries(log, part);
          expect(again.log).to.equal(log);
          expect(again.added).to.deep.equal([]);
        }
      }),
    );
  });

  it('[STORE-1] [CERT-13] what contradicts each other is found again by a reload, from what was stored', () => {
    fc.assert(
      fc.property(contradictory, (all) => {
        const log = merge(EMPTY_LOG, all);
        const stored = [...log.order, ...[...log.conflicts.values()].flat()].sort((a, b) =>
          compareEntries(a.entry, b.entry),
        );
        expect(contents(logOf(stored, log.have))).to.deep.equal(contents(log));
      }),
    );
  });

  it('[STORE-1] [AMD-1] [MOD-5] gives the log that a reload reads back from the store', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const log = merge(EMPTY_LOG, all);
        expect(contents(logOf(log.order, log.have))).to.deep.equal(contents(log));
      }),
    );
  });
});

describe('entries of two paths', () => {
  it('[CORE-2] [AMD-1] [AMD-2] [AMD-3] [MOD-5] give the same rows in either order, targets that come later and all', () => {
    fc.assert(
      fc.property(entries, fc.nat(16), fc.boolean(), (all, cut, byLink) => {
        const [one, other] = [all.slice(0, cut), all.slice(cut)];
        const there = shown([arriving(one, 'relay'), arriving(other, byLink ? AUTHORS[2] : 'relay')]);
        const back = shown([arriving(other, byLink ? AUTHORS[2] : 'relay'), arriving(one, 'relay')]);
        expect(back).to.deep.equal(there);
        expect(shown([arriving(all, 'relay')]), 'at once').to.deep.equal(there);
        expect(shown([...all].reverse().map((logged) => arriving([logged], 'relay'))), 'one by one').to.deep.equal(
          there,
        );
      }),
    );
  });

  it('[CORE-2] commute with what the visitor says, does and sees meanwhile', () => {
    const mine: readonly Event[] = [
      { type: 'typed' },
      { type: 'visible', visible: true },
      { type: 'composed', draft: 'mine', content: { kind: 'message', text: 'mine' } },
      { type: 'link-opened', replica: AUTHORS[1] ?? fail() },
      { type: 'relay-down' },
      { type: 'tick' },
    ];
    fc.assert(
      fc.property(entries, fc.constantFrom(...mine), (all, event) => {
        const arrived = arriving(all, AUTHORS[2]);
        expect(shown([arrived, event])).to.deep.equal(shown([event, arrived]));
      }),
    );
  });
});

function entryOf({ author, seq, ms, does, about, number }: Said): Logged {
  const replica = AUTHORS[author] ?? fail();
  const whom = AUTHORS[(author + about) % AUTHORS.length] ?? fail();
  const target = idOf(whom, number);
  const body: Body = isAct(does)
    ? { kind: 'moderation', act: actOf(does, whom, number) }
    : bodyOf(does, target, `${author} ${seq}`);
  const kind = does === 'later' ? 'a-newer-kind' : body.kind;
  const id = idOf(replica, seq);
  const entry: Entry = {
    id,
    replica,
    seq,
    prev: null,
    clock: [NOW + ms, seq],
    kind,
    payload: payloadOf(body),
    cert: 'key',
    sig: 'sig',
  };
  const role = author === 0 ? ({ role: 'moderator' } as const) : {};
  return { entry, author: { user: guestId(replica), name: `Author ${author}`, ...role } };
}

function actOf(does: (typeof ACTS)[number], about: ReplicaId, number: number): Act {
  const user = guestId(about);
  const have = { [about]: [[1, number] as const] };
  switch (does) {
    case 'mute':
      return { type: 'mute', user, until: NOW + number, have };
    case 'read-only':
    case 'writable':
      return { type: 'read-only', on: does === 'read-only' };
    case 'slow':
    case 'fast':
      return { type: 'slow', seconds: does === 'slow' ? 2 : 0 };
    default:
      return { type: does, user, have };
  }
}

function isAct(does: Said['does']): does is (typeof ACTS)[number] {
  return (ACTS as readonly string[]).includes(does);
}

function bodyOf(does: (typeof DOES)[number], target: EntryId, text: string): Body {
  switch (does) {
    case 'edit':
      return { kind: 'edit', target, text: `edited ${text}` };
    case 'delete':
      return { kind: 'delete', target };
    case 'react':
    case 'unreact':
      return { kind: 'reaction', target, emoji: '👍', on: does === 'react' };
    case 'void':
      return { kind: 'void' };
    default:
      return { kind: 'message', text };
  }
}

/** Another body for the same number. */
function alias(logged: Logged, more: string): Logged {
  const { entry } = logged;
  if (more === '') return logged;
  const clock = [entry.clock[0] + more.charCodeAt(0) - 98, entry.clock[1]] as const;
  return { ...logged, entry: { ...entry, id: `${entry.id.slice(0, -1)}${more}` as EntryId, clock } };
}

function idOf(replica: ReplicaId, seq: number): EntryId {
  return `${replica}${seq}`.padEnd(43, '_') as EntryId;
}

function merge(log: Log, incoming: readonly Logged[]): Log {
  return mergeEntries(log, incoming).log;
}

/** A log as plain data, maps in one order. */
function contents({ order, have, amendments, conflicts, rulebook }: Log) {
  const amended = [...amendments].map(([target, list]) => [target, list.map(({ entry }) => entry.id)] as const);
  return {
    order: order.map(({ entry }) => entry.id),
    rulings: rulebook.rulings.map(({ entry }) => entry.id),
    rules: rulebook.rules,
    have: [...have].sort(([a], [b]) => (a < b ? -1 : 1)),
    amendments: amended.sort(([a], [b]) => (a < b ? -1 : 1)),
    conflicts: [...conflicts].map(([key, pair]) => [key, pair.map(({ entry }) => entry.id)] as const),
  };
}

function arriving(logged: readonly Logged[], via: ReplicaId | 'relay' | undefined): Event {
  return { type: 'entries', via: via ?? 'relay', frames: logged.map(({ entry, author }) => ({ v: 1, entry, author })) };
}

/** The messages that a visitor sees after these inputs. */
function shown(events: readonly Event[]) {
  const start = initialState('room' as RoomName, 'me'.padEnd(22, '_') as ReplicaId, undefined, NOW);
  const state = events.reduce<State>(
    (reached, event) => step(reached, { ...event, at: NOW, random: 0.5 }).state,
    start,
  );
  return rowsOf(state, []);
}

function fail(): never {
  throw new Error('no such author');
}
