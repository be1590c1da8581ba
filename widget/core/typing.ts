import type { ReplicaId } from '../../protocol/ids.ts';
import type { Step } from './effects.ts';
import type { Stamp } from './events.ts';
import { toEveryone } from './paths.ts';
import { change, emit } from './turn.ts';

/** A replica that says it types is believed for this long, ms; it says so again every `TYPING_AGAIN`. */
const TYPING_LASTS = 6_000;
const TYPING_AGAIN = 3_000;
/** My typing ends this long after the last keystroke, ms. */
const TYPING_IDLE = 4_000;

/** A keystroke: announced at once and then every few seconds, on the paths that reach everyone. */
export function typed(step: Step, stamp: Stamp): Step {
  const { myTyping } = step.state;
  const endsAt = stamp.at + TYPING_IDLE;
  if (myTyping && stamp.at - myTyping.announcedAt < TYPING_AGAIN)
    return change(step, { myTyping: { ...myTyping, endsAt } });
  return announce(change(step, { myTyping: { announcedAt: stamp.at, endsAt } }), true);
}

/** Ends typing, mine and others', whose time is over. */
export function expireTyping(step: Step, stamp: Stamp): Step {
  const { typing, myTyping } = step.state;
  const live = [...typing].filter(([, until]) => until > stamp.at);
  const next = live.length === typing.size ? step : change(step, { typing: new Map(live) });
  if (!myTyping || myTyping.endsAt > stamp.at) return next;
  return announce(change(next, { myTyping: undefined }), false);
}

export function noteTyping(step: Step, replica: ReplicaId | undefined, on: boolean, stamp: Stamp): Step {
  if (replica === undefined || replica === step.state.self) return step;
  const typing = new Map(step.state.typing);
  if (on) typing.set(replica, stamp.at + TYPING_LASTS);
  else typing.delete(replica);
  return change(step, { typing });
}

function announce(step: Step, on: boolean): Step {
  return emit(step, ...toEveryone(step.state, { v: 1, kind: 'typing', on }));
}
