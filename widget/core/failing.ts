import { isDelivered } from './acks.ts';
import { withdraw } from './log.ts';
import { composedOf, GIVE_UP_AFTER, type Outgoing } from './outbox.ts';
import type { Stamp, State, Step } from './state.ts';
import { change, emit } from './turn.ts';

/** What reached nobody in a day fails; the visitor decides what becomes of it. */
export function giveUp(step: Step, stamp: Stamp): Step {
  const now = stamp.at + step.state.skew;
  const old = step.state.outbox.filter((item) => isOver(step.state, item, now));
  return old.reduce((reached, item) => fail(reached, { ...composedOf(item), phase: 'failed' }, item, true), step);
}

/**
 * A composition that others will not have. Its entry leaves the log, and where nobody can have `seen` it a void takes its
 * number.
 */
export function fail(step: Step, failed: Outgoing, item: Outgoing, seen: boolean): Step {
  const { state } = step;
  const entry = 'entry' in item ? item.entry : undefined;
  const isVoid = item.content.kind === 'void';
  const filler: Outgoing[] =
    entry && !seen && !isVoid
      ? [{ draft: `void ${entry.seq}`, content: { kind: 'void', seq: entry.seq }, at: item.at, phase: 'draft' }]
      : [];
  const items = isVoid ? [] : [failed, ...filler];
  const others = state.outbox.filter(({ draft }) => draft !== item.draft);
  const log = entry ? withdraw(state.log, entry) : state.log;
  return emit(change(step, { outbox: [...others, ...items], log }), {
    type: 'persist',
    changes: [
      { type: 'outgoing', items },
      ...(isVoid ? [{ type: 'settled', drafts: [item.draft] } as const] : []),
      ...(entry ? [{ type: 'withdrawn', entry } as const] : []),
    ],
  });
}

/** Still on its way to anyone at all. */
export function isUndelivered(state: State, item: Outgoing): boolean {
  return item.phase !== 'failed' && !(item.phase === 'ready' && isDelivered(state, item.entry.seq));
}

function isOver(state: State, item: Outgoing, now: number): boolean {
  return item.content.kind !== 'void' && now - item.at > GIVE_UP_AFTER && isUndelivered(state, item);
}
