import type { ReplicaId } from '../../protocol/ids.ts';
import type { Step } from './effects.ts';
import type { Stamp } from './events.ts';
import { authorOf, presentOthers, samePresent } from './paths.ts';
import { change } from './turn.ts';

/** People who are remembered after they have gone, the last seen longest. */
const REMEMBERED = 50;

/** Runs a part of a transition and notes who is not here any more after it, and when that was by the relay's time. */
export function noteAway(step: Step, stamp: Stamp, part: (step: Step) => Step): Step {
  const { state } = step;
  const next = part(step);
  if (samePresent(state, next.state)) return next;
  const before = presentOthers(state);
  const after = new Set<ReplicaId>(presentOthers(next.state));
  const gone = before.filter((replica) => !after.has(replica));
  const back = [...next.state.away.keys()].filter((replica) => after.has(replica));
  if (gone.length === 0 && back.length === 0) return next;
  const away = new Map(next.state.away);
  for (const replica of [...back, ...gone]) away.delete(replica);
  // In a big room whoever goes is one of many.
  const noted = gone.slice(-REMEMBERED);
  for (const replica of noted) away.set(replica, { ...authorOf(state, replica), seenAt: stamp.at + state.skew });
  return change(next, { away: new Map([...away].slice(-REMEMBERED)) });
}
