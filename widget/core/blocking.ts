import type { UserId } from '../../protocol/ids.ts';
import type { Step } from './effects.ts';
import { metaOf } from './meta.ts';
import { change, emit } from './turn.ts';

/** People whom one visitor does not want to hear; of more the longest blocked are heard again. */
const KEPT = 500;

/** Keeps in the store whom this visitor does not want to hear, or does again. It is nobody else's business. */
export function block(step: Step, user: UserId, name: string, on: boolean): Step {
  const blocked = new Map(step.state.blocked);
  blocked.delete(user);
  if (on) blocked.set(user, name);
  const next = change(step, { blocked: new Map([...blocked].slice(-KEPT)) });
  return emit(next, { type: 'persist', changes: [{ type: 'meta', meta: metaOf(next.state) }] });
}
