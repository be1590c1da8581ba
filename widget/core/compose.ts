import { tickClock } from '../../protocol/clock.ts';
import type { Entry } from '../../protocol/entry.ts';
import { messagePayload } from '../../protocol/payloads.ts';
import { dispatch, isDelivered } from './deliver.ts';
import { mergeEntries, withdraw } from './log.ts';
import { metaOf } from './meta.ts';
import { composedOf, GIVE_UP_AFTER, type Numbered, type Outgoing, type Ready, replaceItem } from './outbox.ts';
import { anyPathUp, authorOf } from './paths.ts';
import type { Stamp, State, Step } from './state.ts';
import { change, emit } from './turn.ts';

/** Messages numbered in one go; the rest follow when these are stored. */
const SEAL_AT_ONCE = 64;

/** Takes a new message into the outbox: shown and durable as a draft from this instant. */
export function compose(step: Step, draft: string, text: string, stamp: Stamp): Step {
  const item: Outgoing = { draft, text, at: stamp.at + step.state.skew, phase: 'draft' };
  return persistItems(change(step, { outbox: [...step.state.outbox, item], myTyping: undefined }), [item]);
}

/** A failed message starts over as a draft of now, under the same key. */
export function retry(step: Step, key: string, stamp: Stamp): Step {
  const failed = step.state.outbox.find((item) => item.draft === key && item.phase === 'failed');
  if (!failed) return step;
  const item: Outgoing = { draft: failed.draft, text: failed.text, at: stamp.at + step.state.skew, phase: 'draft' };
  const others = step.state.outbox.filter((other) => other.draft !== key);
  return persistItems(change(step, { outbox: [...others, item] }), [item]);
}

export function discard(step: Step, key: string): Step {
  if (!step.state.outbox.some((item) => item.draft === key && item.phase === 'failed')) return step;
  return emit(change(step, { outbox: step.state.outbox.filter((item) => item.draft !== key) }), {
    type: 'persist',
    changes: [{ type: 'settled', drafts: [key] }],
  });
}

/**
 * Numbers what waits, once a path is up: sequence and clock are given here, the previous entry's id and this one's by
 * the edge, one batch at a time so that the chain has one end.
 */
export function sealWaiting(step: Step, stamp: Stamp): Step {
  const { state } = step;
  const waiting = state.outbox.filter((item) => item.phase === 'draft').slice(0, SEAL_AT_ONCE);
  if (waiting.length === 0 || !anyPathUp(state) || state.outbox.some(isBeingSealed)) return step;
  let { seq, clock, outbox } = state;
  const messages: Numbered[] = [];
  for (const item of waiting) {
    seq += 1;
    clock = tickClock(clock, stamp.at + state.skew);
    messages.push({ draft: item.draft, seq, clock, payload: messagePayload({ text: item.text, draft: item.draft }) });
    outbox = replaceItem(outbox, { ...composedOf(item), phase: 'sealing' });
  }
  return emit(change(step, { seq, clock, outbox }), { type: 'seal', self: state.self, prev: state.prev, messages });
}

/** The edge has hashed a batch: it joins the log and goes to the store before anyone else sees it. */
export function sealed(
  step: Step,
  entries: readonly { readonly draft: string; readonly entry: Entry }[],
  stamp: Stamp,
): Step {
  const { state } = step;
  const fresh = entries.filter(({ draft, entry }) => entry.replica === state.self && isSealing(state, draft));
  const last = fresh[fresh.length - 1];
  if (!last) return step;
  const author = authorOf(state, state.self);
  const logged = fresh.map(({ entry }) => ({ entry, author }));
  const ready = fresh.flatMap(({ draft, entry }): Ready[] => {
    const item = state.outbox.find((other) => other.draft === draft);
    return item
      ? [{ ...composedOf(item), phase: 'ready', entry, relayed: false, linked: false, attempts: 0, resendAt: stamp.at }]
      : [];
  });
  const outbox = ready.reduce(
    (items, item) => replaceItem(items, { ...composedOf(item), phase: 'sealed', entry: item.entry }),
    state.outbox,
  );
  const next = change(step, { outbox, prev: last.entry.id, log: mergeEntries(state.log, logged).log });
  return emit(next, {
    type: 'persist',
    changes: [
      { type: 'meta', meta: metaOf(next.state) },
      { type: 'entries', entries: logged },
      { type: 'outgoing', items: ready },
    ],
    confirm: fresh.map(({ draft }) => draft),
  });
}

/** The store holds these: now they may be sent. */
export function stored(step: Step, drafts: readonly string[], stamp: Stamp): Step {
  const items = step.state.outbox.filter((item) => item.phase === 'sealed' && drafts.includes(item.draft));
  return items.reduce((reached, item) => {
    if (item.phase !== 'sealed') return reached;
    const ready: Ready = {
      ...composedOf(item),
      phase: 'ready',
      entry: item.entry,
      relayed: false,
      linked: false,
      attempts: 0,
      resendAt: stamp.at,
    };
    return dispatch(change(reached, { outbox: replaceItem(reached.state.outbox, ready) }), ready, stamp);
  }, step);
}

/** Messages that reached nobody in a day fail; the visitor decides what becomes of them. */
export function giveUp(step: Step, stamp: Stamp): Step {
  const now = stamp.at + step.state.skew;
  const old = step.state.outbox.filter((item) => now - item.at > GIVE_UP_AFTER && isUndelivered(step.state, item));
  if (old.length === 0) return step;
  const failed = old.map((item): Outgoing => ({ ...composedOf(item), phase: 'failed' }));
  const entries = old.flatMap((item) => ('entry' in item ? [item.entry] : []));
  const next = change(step, {
    outbox: failed.reduce(replaceItem, step.state.outbox),
    log: entries.reduce(withdraw, step.state.log),
  });
  return emit(persistItems(next, failed), {
    type: 'persist',
    changes: entries.map((entry) => ({ type: 'withdrawn', entry })),
  });
}

/**
 * This client goes on as a new replica (its old numbers are known to others and lost here): numbered messages that have
 * not arrived are numbered anew.
 */
export function renew(step: Step, self: State['self']): Step {
  const { state } = step;
  const arrived = (item: Outgoing) => item.phase === 'ready' && (item.relayed || !isUndelivered(state, item));
  const gone = state.outbox.filter(arrived);
  const anew = state.outbox.filter((item) => !arrived(item) && item.phase !== 'failed');
  const entries = anew.flatMap((item) => ('entry' in item ? [item.entry] : []));
  const outbox = state.outbox
    .filter((item) => !arrived(item))
    .map((item): Outgoing => (item.phase === 'failed' ? item : { ...composedOf(item), phase: 'draft' }));
  const log = entries.reduce(withdraw, state.log);
  const next = change(step, { self, seq: 0, prev: null, outbox, log, cursor: undefined, acked: new Map() });
  return emit(next, {
    type: 'persist',
    changes: [
      { type: 'settled', drafts: gone.map(({ draft }) => draft) },
      { type: 'outgoing', items: outbox },
      ...entries.map((entry) => ({ type: 'withdrawn', entry }) as const),
      { type: 'meta', meta: metaOf(next.state) },
    ],
  });
}

function persistItems(step: Step, items: readonly Outgoing[]): Step {
  return emit(step, { type: 'persist', changes: [{ type: 'outgoing', items }] });
}

/** Still on its way to anyone at all. */
export function isUndelivered(state: State, item: Outgoing): boolean {
  return item.phase !== 'failed' && !(item.phase === 'ready' && isDelivered(state, item.entry.seq));
}

function isBeingSealed(item: Outgoing): boolean {
  return item.phase === 'sealing' || item.phase === 'sealed';
}

function isSealing(state: State, draft: string): boolean {
  return state.outbox.some((item) => item.draft === draft && item.phase === 'sealing');
}
