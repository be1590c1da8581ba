import type { Author } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import { isBanned, mutedUntil, silencing, silencingFor, slowNow } from '../../protocol/rules.ts';
import { bodyOf } from './bodies.ts';
import type { Step } from './effects.ts';
import type { Stamp } from './events.ts';
import { fail } from './failing.ts';
import type { Outgoing } from './outbox.ts';
import { authorOf } from './paths.ts';
import { isHidden } from './rulebook.ts';
import type { State } from './state.ts';
import type { SilencedView, WritingView } from './view.ts';

/** Who this visitor is to the room's rules. */
export function selfOf(state: State): Author {
  return authorOf(state, state.self);
}

/** Whether this replica is that of somebody who is banned. */
export function isOut(state: State, replica: ReplicaId): boolean {
  const { rules } = state.log.rulebook;
  return rules.banned.size > 0 && isBanned(rules, authorOf(state, replica));
}

/** Whether this visitor may write, and if not why and until when. */
export function writingOf(state: State, at: number): WritingView {
  const broken = silencing(state.log.rulebook.rules, selfOf(state), at + state.skew);
  if (broken)
    return broken.code === 'muted' ? { state: 'muted', until: broken.until - state.skew } : CLOSED[broken.code];
  const free = freeAt(state);
  return free !== undefined && free > at ? { state: 'slow', until: free } : OPEN;
}

const OPEN: WritingView = { state: 'open' };
const CLOSED = {
  banned: { state: 'banned' },
  read_only: { state: 'read-only' },
  room_locked: { state: 'open' },
} as const;

/** What waits here and may not be said any more has failed, by the code with which the relay would refuse it. */
export function failSilenced(step: Step, stamp: Stamp): Step {
  const { rules } = step.state.log.rulebook;
  const self = selfOf(step.state);
  const now = stamp.at + step.state.skew;
  return step.state.outbox.reduce((reached, item) => {
    const broken = item.phase === 'draft' ? silencingFor(item.content.kind, rules, self, now) : undefined;
    return broken ? fail(reached, item, false, broken.code) : reached;
  }, step);
}

/** When the next message of this visitor may be said, local ms; undefined: at any time. */
export function freeAt(state: State): number | undefined {
  const seconds = slowNow(state.log.rulebook.rules);
  const { user, role } = selfOf(state);
  if (seconds === 0 || role === 'moderator') return undefined;
  const { order, rulebook } = state.log;
  const last = order.findLast(
    (logged) => logged.author.user === user && bodyOf(logged)?.kind === 'message' && !isHidden(rulebook, logged),
  );
  return last && last.entry.clock[0] + seconds * 1_000 - state.skew;
}

/** Whom moderators have silenced, by the names by which this copy knows them. */
export function silencedIn(state: State, at: number): readonly SilencedView[] {
  const { muted, banned } = state.log.rulebook.rules;
  if (muted.size + banned.size === 0) return NOBODY;
  const now = at + state.skew;
  const out = [...banned]
    .filter(([, { act }]) => act.type === 'ban')
    .map(([user]) => ({ user, why: 'banned' }) as const);
  const quiet = [...muted]
    .filter(([, { act }]) => act.type === 'mute' && act.until > now)
    .map(([user]) => ({ user, why: 'muted' }) as const);
  const names = new Map(state.log.order.map(({ author: { user, name } }) => [user, name]));
  for (const { user, name } of [...state.away.values(), ...state.members.values()]) names.set(user, name);
  return [...out, ...quiet].map(({ user, why }) => ({ user, why, name: names.get(user) ?? user }));
}

const NOBODY: readonly SilencedView[] = [];

/** When what this visitor may do changes by itself, local ms. */
export function silenceChangesAt(state: State, now: number): readonly number[] {
  const until = mutedUntil(state.log.rulebook.rules, selfOf(state), now + state.skew);
  const free = freeAt(state);
  return [
    ...(until === undefined ? [] : [until - state.skew + 1]),
    ...(free !== undefined && free > now ? [free] : []),
  ];
}

/** Whether the room makes this visitor wait between messages. */
export function isSlowed(state: State): boolean {
  return slowNow(state.log.rulebook.rules) > 0 && selfOf(state).role !== 'moderator';
}

/** Whether it counts for slow mode. */
export function isMessage({ content }: Outgoing): boolean {
  return content.kind === 'message';
}
