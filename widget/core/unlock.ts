import type { Opened } from '../../protocol/frames.ts';
import type { EntryId } from '../../protocol/ids.ts';
import { noteAmendments } from './amendments.ts';
import type { Step } from './effects.ts';
import type { Logged } from './log.ts';
import type { State } from './state.ts';
import { change } from './turn.ts';

/** Entries that a key which is not held yet would open. */
export function lockedIn({ log, parked }: State): readonly Logged['entry'][] {
  return [...log.order, ...parked].flatMap(({ entry, opened }) => (opened?.state === 'locked' ? [entry] : []));
}

/** Reads anew what another key has opened: messages, and what amends messages. Nothing of it is new to anybody else. */
export function unlock(step: Step, entries: ReadonlyMap<EntryId, Opened>): Step {
  if (entries.size === 0) return step;
  const { log, parked } = step.state;
  const reread = <T extends Pick<Logged, 'entry' | 'opened'>>(item: T): T => {
    const opened = entries.get(item.entry.id);
    return opened ? { ...item, opened } : item;
  };
  const order = log.order.map(reread);
  const amendments = noteAmendments(new Map(), order);
  return change(step, { log: { ...log, order, amendments }, parked: parked.map(reread) });
}
