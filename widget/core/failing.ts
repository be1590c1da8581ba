import type { RefusalCode } from '../../protocol/refusals.ts';
import { isDelivered } from './acks.ts';
import type { Step } from './effects.ts';
import type { Stamp } from './events.ts';
import { withdraw } from './log.ts';
import { composedOf, GIVE_UP_AFTER, type Outgoing } from './outbox.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';
import type { Notice } from './view.ts';

const NO_MODERATOR: Notice = 'not-a-moderator';

/** What reached nobody in a day fails; the visitor decides what becomes of it. */
export function giveUp(step: Step, stamp: Stamp): Step {
  const now = stamp.at + step.state.skew;
  const old = step.state.outbox.filter((item) => isOver(step.state, item, now));
  return old.reduce((reached, item) => fail(reached, item, item.phase === 'ready'), step);
}

/**
 * A composition has failed. Where others may have `seen` its entry that stays in the log; where nobody can have, it goes,
 * and a void takes its number.
 */
export function fail(step: Step, item: Outgoing, seen: boolean, refusal?: RefusalCode): Step {
  const { state } = step;
  const others = state.outbox.filter(({ draft }) => draft !== item.draft);
  const entry = 'entry' in item ? item.entry : undefined;
  const notices =
    isShown(item) || state.notices.includes('not-a-moderator') ? state.notices : [...state.notices, NO_MODERATOR];
  const failed: Outgoing = { ...composedOf(item), phase: 'failed', ...(refusal ? { refusal } : {}) };
  if (item.content.kind === 'void' || (!isShown(item) && (!entry || seen))) {
    const settled = { type: 'settled', drafts: [item.draft] } as const;
    return emit(change(step, { outbox: others, notices }), { type: 'persist', changes: [settled] });
  }
  if (!entry || seen) {
    const kept = entry ? { ...failed, entry } : failed;
    const outgoing = { type: 'outgoing', items: [kept] } as const;
    return emit(change(step, { outbox: [...others, kept] }), { type: 'persist', changes: [outgoing] });
  }
  const content = { kind: 'void', seq: entry.seq } as const;
  const items: Outgoing[] = [
    ...(isShown(item) ? [failed] : []),
    { draft: `void ${entry.seq}`, content, at: item.at, phase: 'draft' },
  ];
  return emit(change(step, { outbox: [...others, ...items], log: withdraw(state.log, entry), notices }), {
    type: 'persist',
    changes: [
      { type: 'outgoing', items },
      { type: 'withdrawn', entry },
      ...(isShown(item) ? [] : [{ type: 'settled', drafts: [item.draft] } as const]),
    ],
  });
}

/** What a moderator decided has no row that could say that it failed. */
function isShown({ content }: Outgoing): boolean {
  return content.kind !== 'moderation';
}

/** Still on its way to anyone at all. What the edge is sealing or storing is about to go, and keeps its number. */
export function isUndelivered(state: State, item: Outgoing): boolean {
  if (item.content.kind === 'void') return false;
  if (item.phase === 'asked') return item.id === undefined;
  return item.phase === 'draft' || (item.phase === 'ready' && !isDelivered(state, item.entry.seq));
}

function isOver(state: State, item: Outgoing, now: number): boolean {
  return now - item.at > GIVE_UP_AFTER && isUndelivered(state, item);
}
