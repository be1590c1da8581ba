import { type Have, type Ranges, withoutSeq } from '../../protocol/have.ts';
import type { EntryId, ReplicaId } from '../../protocol/ids.ts';
import type { Effect, Step } from './effects.ts';
import type { Logged } from './log.ts';
import { metaOf } from './meta.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';

/** Keeps entries of others. They are shown at once, and count as held once the store has confirmed them. */
export function storeOthers(step: Step, entries: readonly Logged[]): Step {
  const unstored = new Map(step.state.unstored);
  for (const { entry } of entries) unstored.set(entry.id, entry);
  const next = change(step, { unstored });
  const effect: Effect = {
    type: 'persist',
    changes: [
      { type: 'entries', entries },
      { type: 'meta', meta: metaOf(next.state) },
    ],
    confirm: { entries: entries.map(({ entry }) => entry.id) },
  };
  return emit(next, effect);
}

export function storedOthers(step: Step, entries: readonly EntryId[]): Step {
  if (entries.length === 0) return step;
  const unstored = new Map(step.state.unstored);
  for (const id of entries) unstored.delete(id);
  return change(step, { unstored });
}

/** What others may be told that this copy holds: it would still hold it after a crash. */
export function storedHave({ log, unstored }: State): Have {
  if (unstored.size === 0) return log.have;
  const have = new Map<ReplicaId, Ranges>(log.have);
  for (const { replica, seq } of unstored.values()) have.set(replica, withoutSeq(have.get(replica) ?? [], seq));
  return have;
}
