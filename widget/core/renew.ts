import type { Entry } from '../../protocol/entry.ts';
import { withoutSeq } from '../../protocol/have.ts';
import type { Step } from './effects.ts';
import { type Log, withdraw } from './log.ts';
import { metaOf } from './meta.ts';
import { composedOf, type Outgoing } from './outbox.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';
import { formerOf } from './twins.ts';

/**
 * This client goes on as a new replica: its old numbers are known to others and lost here. What had no number that others
 * can know waits for a new one. What had one stays in the log as it is, signed, and reaches others from there: others may
 * hold it already, and must not get it twice.
 */
export function renew(step: Step, self: State['self']): Step {
  const { state } = step;
  const anew = state.outbox.filter(
    (item) => item.phase === 'sealing' || item.phase === 'sealed' || isForgotten(state, item),
  );
  const outbox = state.outbox
    .filter((item) => item.content.kind !== 'void' && (anew.includes(item) || !('entry' in item)))
    .map((item): Outgoing => (anew.includes(item) ? { ...composedOf(item), phase: 'draft' } : item));
  const gone = state.outbox.filter(({ draft }) => !outbox.some((item) => item.draft === draft));
  const entries = anew.flatMap((item) => ('entry' in item ? [item.entry] : []));
  const log = entries.reduce(disown, state.log);
  const next = change(step, {
    self,
    formerly: formerOf(state, self),
    seq: 0,
    prev: null,
    numbering: outbox.some(({ phase }) => phase === 'draft')
      ? { state: 'renewed', until: undefined }
      : { state: 'safe' },
    outbox,
    log,
    cursor: undefined,
    receipts: new Map(),
    reached: { delivered: [], read: [] },
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

/** Takes out what nobody was given. Its number stands for something else, which is to be taken when it comes. */
function disown(log: Log, entry: Entry): Log {
  const have = new Map(log.have).set(entry.replica, withoutSeq(log.have.get(entry.replica) ?? [], entry.seq));
  return withdraw({ ...log, have }, entry);
}

/** Numbered by a store that had forgotten what others hold under this number: nobody has taken it, or will. */
function isForgotten({ numbering }: State, item: Outgoing): boolean {
  const from = numbering.state === 'lost' ? numbering.from : undefined;
  return from !== undefined && item.phase === 'ready' && !item.relayed && item.entry.seq >= from;
}
