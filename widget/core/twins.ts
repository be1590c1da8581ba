import type { EntryId, ReplicaId } from '../../protocol/ids.ts';
import { draftOf } from './bodies.ts';
import { compose } from './compose.ts';
import type { Step } from './effects.ts';
import type { Stamp } from './events.ts';
import type { Logged } from './log.ts';
import type { State } from './state.ts';

/** Replicas that this client remembers having been: the newest. */
const FORMER = 8;

/** Who this client was, once it goes on as somebody new. */
export function formerOf({ formerly, self }: State, next: ReplicaId): readonly ReplicaId[] {
  return self === next ? formerly : [...formerly.filter((replica) => replica !== self), self].slice(-FORMER);
}

/**
 * Takes back what was said twice: an older store came back, nobody who knew was there to tell that its drafts had been
 * said, and now they come, signed by the replica that this client was. Of each the first stays. What this client was
 * before that again it can not sign for: what it said twice as two former replicas stays.
 */
export function retractTwins(step: Step, added: readonly Logged[], stamp: Stamp): Step {
  const { formerly, self, log } = step.state;
  const said = formerly.length === 0 ? [] : added.filter(({ entry }) => formerly.includes(entry.replica));
  return said.reduce((reached, twin) => {
    const draft = draftOf(twin);
    const again = log.order.find((other) => other.entry.replica === self && draftOf(other) === draft);
    if (draft === undefined || !again || isChanged(reached.state, again.entry.id, draft)) return reached;
    const content = { kind: 'delete', target: draft, twin: twin.entry.id } as const;
    return compose(reached, `twin ${again.entry.id}`, content, stamp);
  }, step);
}

/** Whether its author has edited or deleted it since: then it says something of its own. */
function isChanged({ log, outbox, self }: State, id: EntryId, draft: string): boolean {
  const changes = (kind: string) => kind === 'edit' || kind === 'delete';
  return (
    (log.amendments.get(id) ?? []).some(({ entry }) => entry.replica === self && changes(entry.kind)) ||
    outbox.some(({ content }) => changes(content.kind) && 'target' in content && [id, draft].includes(content.target))
  );
}
