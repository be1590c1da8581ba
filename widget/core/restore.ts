import type { EntryFrame } from '../../protocol/frames.ts';
import { addSeq, type Have, mayHold, type Ranges, withoutSeq } from '../../protocol/have.ts';
import type { EntryId, ReplicaId } from '../../protocol/ids.ts';
import type { Effect, Step } from './effects.ts';
import type { Stamp } from './events.ts';
import type { Logged } from './log.ts';
import { frameOf, keepsHistory } from './paths.ts';
import { isHidden, standingIn } from './rulebook.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';

/** Entries given to the relay in one go, and about how long until the next go, ms. */
const AT_ONCE = 40;
const PACE = 400;
/** Members wait up to this long before they give what is not their own, so that not all give the same, ms. */
const OTHERS_WAIT = 3_000;

/**
 * Authors who are here give the relay their own entries within this time of its return, ms. One who has not by then has
 * lost them; of what is younger than a day the others take care.
 */
const AUTHORS_TIME = 10_000;
const YOUNG = 24 * 60 * 60_000;

/**
 * Plans to give a relay that has lost its log (or never had it) what it lacks: my own entries at once, those of authors
 * who are not here after a random while, and less by whatever others have given by then.
 *
 * @param has what the relay holds, or held before it trimmed
 */
export function planRestore(step: Step, has: Have, stamp: Stamp): Step {
  // Of a client without a key the relay takes nothing but what it says itself.
  if (step.state.hosted || lackedBy(step.state, has, stamp, () => true).length === 0)
    return change(step, { restoreAt: undefined });
  const mine = lackedBy(step.state, has, stamp, (logged) => isMine(step.state, logged)).length > 0;
  return change(step, { restoreAt: stamp.at + (mine ? 0 : stamp.random * OTHERS_WAIT) });
}

/** A link has brought entries of authors whom the relay does not hear. */
export function restoreFresh(step: Step, added: readonly Logged[], stamp: Stamp): Step {
  const { relay, members, restoreAt } = step.state;
  const unheard = added.some(({ entry }) => !members.has(entry.replica));
  return relay.state === 'joined' && unheard && restoreAt === undefined ? planRestore(step, relay.has, stamp) : step;
}

/** Who has left cannot give the relay what it lacks of theirs any more; it falls to the others. */
export function restoreLeft(step: Step, left: readonly ReplicaId[], stamp: Stamp): Step {
  const { relay, log, restoreAt } = step.state;
  if (relay.state !== 'joined' || restoreAt !== undefined || !keepsHistory(step.state)) return step;
  const lacks = left.some((replica) => !covers(relay.has.get(replica), log.have.get(replica)));
  return lacks ? planRestore(step, relay.has, stamp) : step;
}

/** A relay that does not know what moderators have decided is told, since it keeps out whom they have banned. */
export function giveRulings(step: Step, known: readonly EntryFrame[]): Step {
  const ids = new Set(known.map(({ entry }) => entry.id));
  const { outbox, log } = step.state;
  const waiting = new Set(outbox.flatMap((item) => ('entry' in item ? [item.entry?.id] : [])));
  const lacks = standingIn(log.rulebook).filter(({ entry }) => !ids.has(entry.id) && !waiting.has(entry.id));
  return emit(step, ...lacks.slice(-AT_ONCE).map(giving));
}

/** Gives the relay the next few entries, oldest first. */
export function restoreRelay(step: Step, stamp: Stamp): Step {
  const { state } = step;
  const { relay, restoreAt } = state;
  if (restoreAt === undefined || restoreAt > stamp.at) return step;
  if (relay.state !== 'joined') return change(step, { restoreAt: undefined });
  const mine = lackedBy(state, relay.has, stamp, (logged) => isMine(state, logged));
  const others = mine.length > 0 ? [] : lackedBy(state, relay.has, stamp, (logged) => !isLeftTo(state, logged, stamp));
  const due = mine.length > 0 ? mine : others;
  const given = due.slice(0, AT_ONCE);
  const has = new Map(relay.has);
  for (const { entry } of given) has.set(entry.replica, addSeq(has.get(entry.replica), entry.seq));
  const next = change(step, { relay: { ...relay, has } });
  const pause = mine.length > given.length ? PACE : OTHERS_WAIT;
  const late = relay.since + AUTHORS_TIME;
  const waiting = due.length === 0 && late > stamp.at && lackedBy(state, relay.has, stamp, () => true).length > 0;
  const soon = stamp.at + PACE / 2 + stamp.random * pause;
  const restoreLater = waiting ? late + stamp.random * OTHERS_WAIT : due.length > 0 ? soon : undefined;
  return emit(change(next, { restoreAt: restoreLater }), ...given.map(giving));
}

/**
 * Of what the relay keeps, the share that it is given anew. What is said meanwhile stands below that in its log and is trimmed
 * before it: a log given back in full drops the newest messages with each further one, and whoever was away then never gets them.
 */
const GIVEN_SHARE = 1 / 2;

/** The newest entries that the relay lacks, no older than it keeps them, oldest first; what is in the outbox goes its own way. */
function lackedBy(state: State, has: Have, stamp: Stamp, wanted: (logged: Logged) => boolean): readonly Logged[] {
  const keeps = state.settings?.history ?? 0;
  if (keeps === 0) return [];
  const waiting = new Set(state.outbox.flatMap((item) => ('entry' in item ? [item.entry.id] : [])));
  const since = stamp.at + state.skew - (state.settings?.age ?? Infinity);
  return state.log.order.slice(-Math.ceil(keeps * GIVEN_SHARE)).filter((logged) => {
    const { id, replica, seq, clock } = logged.entry;
    return (
      !mayHold(has.get(replica), seq) &&
      clock[0] > since &&
      !waiting.has(id) &&
      !isHidden(state.log.rulebook, logged) &&
      wanted(logged)
    );
  });
}

function giving(logged: Logged): Effect {
  return { type: 'send-relay', channel: 'room', frame: frameOf(logged) };
}

/** The relay has no time for what it was given: it still lacks that, and gets it again. */
export function giveAgain(step: Step, id: EntryId, delay: number, stamp: Stamp): Step {
  const { relay, log } = step.state;
  const entry = log.order.find((logged) => logged.entry.id === id)?.entry;
  if (!entry || relay.state !== 'joined') return step;
  const has = new Map(relay.has).set(entry.replica, withoutSeq(relay.has.get(entry.replica) ?? [], entry.seq));
  const restoreAt = Math.max(step.state.restoreAt ?? 0, stamp.at + delay);
  return change(step, { relay: { ...relay, has }, restoreAt });
}

function isLeftTo({ members, relay, skew }: State, { entry }: Logged, { at }: Stamp): boolean {
  if (!members.has(entry.replica)) return false;
  const age = at + skew - entry.clock[0];
  return relay.state !== 'joined' || at - relay.since < AUTHORS_TIME || age < AUTHORS_TIME || age > YOUNG;
}

function covers(has: Ranges = [], ranges: Ranges = []): boolean {
  return ranges.every(([from, to]) => has.some((range) => range[0] <= from && to <= range[1]));
}

function isMine(state: State, { entry }: Logged): boolean {
  return entry.replica === state.self;
}
