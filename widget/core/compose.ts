import { draftOf } from './bodies.ts';
import type { Step } from './effects.ts';
import type { Stamp } from './events.ts';
import { type Composition, composedOf, type Outgoing, readyOf, replaceItem } from './outbox.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';

/** Takes a composition into the outbox: shown and durable as a draft from this instant. */
export function compose(step: Step, draft: string, content: Composition, stamp: Stamp): Step {
  const { state } = step;
  if (isKnown(state, draft)) return step;
  const item: Outgoing = { draft, content, at: stamp.at + state.skew, phase: 'draft' };
  if ('target' in content) {
    const target = state.outbox.find((other) => other.draft === content.target);
    const entry = target && 'entry' in target;
    if (target && !entry && target.phase !== 'sealing' && target.phase !== 'asked')
      return amendDraft(step, target, content);
  }
  const myTyping = content.kind === 'message' ? undefined : state.myTyping;
  return persistItems(change(step, { outbox: [...state.outbox, item], myTyping }), [item]);
}

/** What failed starts over as a draft of now, under the same key. `key` names a composition, or the row it amends. */
export function retry(step: Step, key: string, stamp: Stamp): Step {
  const at = stamp.at + step.state.skew;
  const again = failedOf(step.state, key).map((item): Outgoing => {
    const composed = { ...composedOf(item), at };
    if (!('entry' in item && item.entry)) return { ...composed, phase: 'draft' };
    // Others may hold it: a second refusal must not make a void of it.
    return { ...readyOf(composed, item.entry, stamp.at), attempts: 1 };
  });
  if (again.length === 0) return step;
  const others = step.state.outbox.filter((item) => !again.some(({ draft }) => draft === item.draft));
  return persistItems(change(step, { outbox: [...others, ...again] }), again);
}

/** Lets go of what failed. What others may hold is taken back from them, too. */
export function discard(step: Step, key: string, stamp: Stamp): Step {
  const failed = failedOf(step.state, key);
  const held = failed.filter((item) => 'entry' in item && item.content.kind === 'message');
  return held.reduce(
    (reached, { draft }) => compose(reached, `delete ${draft}`, { kind: 'delete', target: draft }, stamp),
    drop(step, failed),
  );
}

/** A composition of mine that has no number yet is changed where it stands. */
function amendDraft(step: Step, target: Outgoing, content: Composition): Step {
  if (content.kind === 'delete') return drop(step, [target]);
  if (content.kind !== 'edit' || target.content.kind !== 'message') return step;
  const item: Outgoing = { ...target, content: { ...target.content, text: content.text } };
  return persistItems(replace(step, item), [item]);
}

/** A command that came twice: its composition waits, or has become an entry. */
function isKnown(state: State, draft: string): boolean {
  return (
    state.outbox.some((item) => item.draft === draft) ||
    state.log.order.some((logged) => logged.entry.replica === state.self && draftOf(logged) === draft)
  );
}

function failedOf(state: State, key: string): readonly Outgoing[] {
  return state.outbox.filter(
    ({ phase, draft, content }) =>
      phase === 'failed' && (draft === key || ('target' in content && content.target === key)),
  );
}

function drop(step: Step, items: readonly Outgoing[]): Step {
  if (items.length === 0) return step;
  return emit(change(step, { outbox: step.state.outbox.filter((item) => !items.includes(item)) }), {
    type: 'persist',
    changes: [{ type: 'settled', drafts: items.map(({ draft }) => draft) }],
  });
}

function replace(step: Step, item: Outgoing): Step {
  return change(step, { outbox: replaceItem(step.state.outbox, item) });
}

function persistItems(step: Step, items: readonly Outgoing[]): Step {
  return emit(step, { type: 'persist', changes: [{ type: 'outgoing', items }] });
}
