import { isUndelivered } from './failing.ts';
import { withdraw } from './log.ts';
import { metaOf } from './meta.ts';
import { composedOf, type Outgoing } from './outbox.ts';
import type { State, Step } from './state.ts';
import { change, emit } from './turn.ts';

/**
 * This client goes on as a new replica (its old numbers are known to others and lost here): numbered messages that have
 * not arrived are numbered anew.
 */
export function renew(step: Step, self: State['self']): Step {
  const { state } = step;
  const arrived = (item: Outgoing) =>
    item.content.kind === 'void' ||
    (item.phase === 'failed' && 'entry' in item) ||
    (item.phase === 'ready' && (item.relayed || !isUndelivered(state, item)));
  const gone = state.outbox.filter(arrived);
  const anew = state.outbox.filter((item) => !arrived(item) && item.phase !== 'failed');
  const entries = anew.flatMap((item) => ('entry' in item ? [item.entry] : []));
  const outbox = state.outbox
    .filter((item) => !arrived(item))
    .map((item): Outgoing => (item.phase === 'failed' ? item : { ...composedOf(item), phase: 'draft' }));
  const log = entries.reduce(withdraw, state.log);
  const next = change(step, {
    self,
    seq: 0,
    prev: null,
    numbering: { state: 'safe' },
    outbox,
    log,
    cursor: undefined,
    receipts: new Map(),
  });
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
