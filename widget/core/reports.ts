import type { FrameOf } from '../../protocol/frames.ts';
import { isEntryId } from '../../protocol/ids.ts';
import { bodyOf } from './bodies.ts';
import type { Step } from './effects.ts';
import type { Via } from './events.ts';
import { authorOf, isRelayUp, linkedReplicas } from './paths.ts';
import { selfOf } from './silence.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';
import type { ReportView } from './view.ts';

/** Reports that a moderator has not dismissed; of more the oldest go. */
const KEPT = 50;

/** Asks the moderators who are here to look at a message: by the relay, which knows them, or where it is away by links. */
export function report(step: Step, key: string, reason: string | undefined): Step {
  if (!isEntryId(key)) return step;
  const { state } = step;
  const frame: FrameOf<'report'> = { v: 1, kind: 'report', target: key, ...(reason === undefined ? {} : { reason }) };
  if (isRelayUp(state)) return emit(step, { type: 'send-relay', channel: 'presence', frame });
  const moderators = linkedReplicas(state).filter((replica) => authorOf(state, replica).role === 'moderator');
  return emit(step, ...moderators.map((replica) => ({ type: 'send-link', replica, frame }) as const));
}

/** Somebody asks this visitor to look at a message, who is a moderator. */
export function noteReport(step: Step, via: Via, { from, target, reason }: FrameOf<'report'>): Step {
  const replica = via === 'relay' ? from : via;
  const { state } = step;
  if (replica === undefined || selfOf(state).role !== 'moderator') return step;
  const by = authorOf(state, replica);
  if (state.reports.some((other) => other.target === target && other.by.user === by.user)) return step;
  return change(step, { reports: [...state.reports, { target, by, reason }].slice(-KEPT) });
}

/** What is done with one report of a message is done with all of it. */
export function dismiss(step: Step, key: string): Step {
  return change(step, { reports: step.state.reports.filter(({ target }) => target !== key) });
}

export function reportsOf({ reports, log: { order } }: State): readonly ReportView[] {
  return reports.map(({ target, by, reason }) => {
    const logged = order.find(({ entry }) => entry.id === target);
    const body = logged && bodyOf(logged);
    return { key: target, by, reason, author: logged?.author, text: body?.kind === 'message' ? body.text : '' };
  });
}
