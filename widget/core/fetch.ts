import type { Step } from './effects.ts';
import type { Stamp } from './events.ts';
import { change, emit } from './turn.ts';

/** A page that has not come by then is asked for again at the next gap, ms. */
const PAGE_ANSWERED_WITHIN = 10_000;

/** Asks the relay for a page, one at a time: what follows the point up to which this copy is whole, or older ones. */
export function fetchPage(
  step: Step,
  at: { readonly after: number } | { readonly before: number },
  stamp: Stamp,
): Step {
  const { relay, self } = step.state;
  if (relay.state !== 'joined' || (relay.fetchedAt !== undefined && stamp.at - relay.fetchedAt < PAGE_ANSWERED_WITHIN))
    return step;
  return emit(change(step, { relay: { ...relay, fetchedAt: stamp.at } }), {
    type: 'send-relay',
    channel: self,
    frame: { v: 1, kind: 'fetch', ...at },
  });
}
