import { execFileSync } from 'node:child_process';
import { guestId, type RoomName } from '../protocol/ids.ts';
import type { JoinReply } from '../protocol/join.ts';
import type { Event } from '../widget/core/events.ts';
import { EMPTY_LOG, type Logged, mergeEntries } from '../widget/core/log.ts';
import { initialState, type Snapshot, type State } from '../widget/core/state.ts';
import { step } from '../widget/core/step.ts';
import { viewOf } from '../widget/core/view-of.ts';
import { AUTHORS, frameOf, haveOf, idOf, KEY, NOW, SELF, said, TEXT } from './said.ts';

/**
 * What the room core costs, alone: no network, no keys, no store, no DOM. Every round measures each thing once, so that
 * whatever else the machine does falls on all; medians of the rounds, the raw results behind them.
 * `npm run bench:core [-- <rounds>]`
 */
const [first, offeredAlone] = process.argv.slice(2);
const ROUNDS = Number(first ?? 7);

interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly run: () => number;
}

const MEASURES: readonly Measure[] = [
  ...[0, 1_000, 10_000].map((held) => ({
    name: `one message of somebody else comes, ${held} held`,
    unit: 'steps/s',
    run: () => arriving(held, 1_000),
  })),
  {
    name: 'the same and the view derived anew, 1000 held',
    unit: 'steps/s',
    run: () => arriving(1_000, 1_000, true),
  },
  { name: 'a message of my own: say, seal, store, relayed, 1000 held', unit: 'messages/s', run: () => saying(500) },
  { name: 'entries merged in frames of 200 into 10000', unit: 'entries/s', run: () => merging(10_000, 4_000) },
  { name: 'entries merged again that are held', unit: 'entries/s', run: () => mergingAgain(4_000) },
  { name: 'catch-up of 1000 entries from a peer, and the view', unit: 'ms', run: () => catchingUp(1_000) },
  { name: 'a peer that lacks 1000 of 10000 is answered', unit: 'ms', run: () => answering(1_000) },
  ...[1_000, 10_000].map((stored) => ({
    name: `a room with ${stored} stored entries opens: state and first view`,
    unit: 'ms',
    run: () => opening(stored),
  })),
  ...[10_000, 100_000].map((offered) => ({
    name: `memory after ${offered} entries were offered`,
    unit: 'MB',
    run: () => memoryOf(offered),
  })),
];

if (offeredAlone !== undefined) {
  process.stdout.write(String(memory(Number(offeredAlone))));
  process.exit();
}

const results = new Map<string, number[]>();
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const { name, run } of MEASURES) {
    const result = run();
    // The first round warms up.
    if (round > 0) results.set(name, [...(results.get(name) ?? []), result]);
  }
}
for (const { name, unit } of MEASURES) {
  const all = results.get(name) ?? [];
  const median = all.toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
  console.log(`${format(median).padStart(10)} ${unit.padEnd(11)} ${name}; rounds: ${all.map(format).join(' ')}`);
}

function arriving(held: number, count: number, looking = false): number {
  let state = joined(filled(held));
  const frames = said(held, count).map(frameOf);
  let view = viewOf(state, NOW, undefined);
  const seconds = timed(() => {
    for (const frame of frames) {
      const before = { state, view };
      state = put(state, { type: 'entries', via: 'relay', frames: [frame] });
      if (looking) view = viewOf(state, NOW, before);
    }
  });
  return count / seconds;
}

function saying(count: number): number {
  let state = joined(filled(1_000));
  const seconds = timed(() => {
    for (let n = 0; n < count; n += 1) {
      const draft = `draft ${n}`;
      const events = [{ type: 'composed', draft, content: { kind: 'message', text: TEXT } } as const];
      for (const event of events) state = answered(state, event);
    }
  });
  if (state.outbox.length > 0) throw new Error('something has not settled');
  return count / seconds;
}

/** One input, and all that the edge would answer to its effects. */
function answered(start: State, event: Event): State {
  const { state, effects } = step(start, { ...event, at: NOW, random: 0.5 });
  return effects.reduce((reached, effect) => {
    if (effect.type === 'seal') {
      const entries = effect.messages.map(({ draft, ...numbered }) => ({
        draft,
        entry: { ...numbered, id: idOf(effect.self, numbered.seq), replica: effect.self, prev: effect.prev, ...KEY },
      }));
      return answered(reached, { type: 'sealed', entries });
    }
    if (effect.type === 'persist' && effect.confirm) return answered(reached, { type: 'stored', ...effect.confirm });
    if (effect.type === 'send-relay' && 'entry' in effect.frame)
      return answered(reached, { type: 'relay-acked', id: effect.frame.entry.id });
    return reached;
  }, state);
}

function merging(held: number, count: number): number {
  let { log } = mergeAll(said(0, held - count));
  const parts = chunks(said(held - count, count));
  return (
    count /
    timed(() => {
      for (const part of parts) log = mergeEntries(log, part).log;
    })
  );
}

function mergingAgain(count: number): number {
  const all = said(0, count);
  const { log } = mergeAll(all);
  const parts = chunks(all);
  return (
    count /
    timed(() => {
      for (const part of parts) mergeEntries(log, part);
    })
  );
}

function catchingUp(count: number): number {
  let state = joined(filled(200));
  const frames = chunks(said(200, count)).map((part) => part.map(frameOf));
  const [via = SELF] = AUTHORS;
  const seconds = timed(() => {
    for (const entries of frames)
      state = put(state, { type: 'control', via, frame: { v: 1, kind: 'entries', entries, more: false } });
    viewOf(state, NOW, undefined);
  });
  if (state.log.order.length !== 200 + count) throw new Error('something was not taken');
  return seconds * 1_000;
}

function answering(lacking: number): number {
  const state = joined(filled(10_000));
  const [replica = SELF] = AUTHORS;
  const opened = put(state, { type: 'link-opened', replica });
  const have = Object.fromEntries(haveOf(said(0, 10_000 - lacking)));
  const author = { user: guestId(replica), name: 'Peer' };
  const frame = { v: 1, kind: 'hello', author, have } as const;
  return 1_000 * timed(() => put(opened, { type: 'control', via: replica, frame }));
}

function opening(stored: number): number {
  const snapshot = filled(stored);
  return 1_000 * timed(() => viewOf(initialState('room' as RoomName, SELF, snapshot, NOW), NOW, undefined));
}

/** In a process of its own: what else a bench has touched would blur it. */
function memoryOf(offered: number): number {
  const args = [...process.execArgv, import.meta.filename, '0', String(offered)];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

/** What the state keeps of them, after a collection: entries in the window, and what must be known of the rest. */
function memory(offered: number): number {
  const before = heap();
  const [via = SELF] = AUTHORS;
  let state = joined(undefined);
  for (let from = 0; from < offered; from += 200) {
    const frames = said(from, 200).map(frameOf);
    state = put(state, {
      type: 'control',
      via,
      frame: { v: 1, kind: 'entries', entries: frames, more: false },
    });
  }
  const used = heap() - before;
  if (state.log.order.length === 0) throw new Error('nothing was kept');
  return used / 1e6;
}

function heap(): number {
  if (!globalThis.gc) throw new Error('run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function joined(snapshot: Snapshot | undefined): State {
  const others = AUTHORS.slice(0, 3).map((replica) => ({ replica, user: guestId(replica), name: 'Peer', rtc: true }));
  const self = { replica: SELF, user: guestId(SELF), name: 'Me', rtc: true };
  const reply: JoinReply = {
    self,
    members: [self, ...others],
    count: 4,
    entries: [],
    more: false,
    recovered: false,
    epoch: 'epoch',
    offset: 0,
    floor: 1,
    have: Object.fromEntries(snapshot?.have ?? []),
    settings: { history: 100_000, mesh: 8 },
    ice: [],
    certificate: '',
    relayKey: '',
    proofs: [],
    rulings: [],
  };
  const named = put(initialState('room' as RoomName, SELF, snapshot, NOW), { type: 'named', name: 'Me' });
  return put(named, { type: 'relay-joined', reply, now: NOW });
}

function filled(count: number): Snapshot {
  const entries = said(0, count);
  const maps = { receipts: new Map(), seen: new Map(), away: new Map() };
  return { name: 'Me', seq: 0, prev: null, clock: [NOW, 0], have: haveOf(entries), ...maps, entries, outbox: [] };
}

function mergeAll(entries: readonly Logged[]) {
  return mergeEntries(EMPTY_LOG, entries);
}

function chunks<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / 200) }, (_, i) => items.slice(i * 200, i * 200 + 200));
}

function put(state: State, event: Event): State {
  return step(state, { ...event, at: NOW, random: 0.5 }).state;
}

/** Seconds that it takes. */
function timed(run: () => unknown): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
