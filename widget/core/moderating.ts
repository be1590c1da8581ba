import { addSeq, type HaveRecord, haveToRecord, type Ranges } from '../../protocol/have.ts';
import type { ReplicaId, UserId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type Act, parseAct } from '../../protocol/moderation.ts';
import { compose } from './compose.ts';
import type { Step } from './effects.ts';
import type { Stamp } from './events.ts';
import { remesh } from './membership.ts';
import { authorOf, presentOthers } from './paths.ts';
import { isHidden } from './rulebook.ts';
import { isOut, selfOf } from './silence.ts';
import type { State } from './state.ts';
import { emit } from './turn.ts';

/** What a moderator wants; what stands of the person's words, and who is inside, this copy knows. */
export type Decision =
  /** `ms`: for how long. */
  | { readonly type: 'mute'; readonly user: UserId; readonly ms: number }
  | { readonly type: 'unmute' | 'ban' | 'unban'; readonly user: UserId }
  | { readonly type: 'slow'; readonly seconds: number }
  | { readonly type: 'read-only'; readonly on: boolean }
  | { readonly type: 'lock' }
  | { readonly type: 'unlock' };

/** Writes down what a moderator decides. From anybody else it comes to nothing: nobody would believe it. */
export function decide(step: Step, draft: string, decision: Decision, stamp: Stamp): Step {
  const { state } = step;
  if (selfOf(state).role !== 'moderator') return step;
  const act = parseAct(actOf(state, decision, stamp));
  return act.ok ? compose(step, draft, { kind: 'moderation', act: act.value }, stamp) : step;
}

/** Keeps no link with who is banned, and opens none. */
export function enforce(step: Step): Step {
  const { state } = step;
  if (state.log.rulebook.rules.banned.size === 0) return step;
  const banned = [...state.links.keys()].filter((replica) => isOut(state, replica));
  return emit(remesh(step), ...banned.map((replica) => ({ type: 'drop-link', replica }) as const));
}

function actOf(state: State, decision: Decision, stamp: Stamp): Act {
  switch (decision.type) {
    case 'mute': {
      const until = Math.round(stamp.at + state.skew + decision.ms);
      return { type: 'mute', user: decision.user, until, have: said(state, decision.user) };
    }
    case 'unmute':
    case 'ban':
    case 'unban':
      return { ...decision, have: said(state, decision.user) };
    case 'lock': {
      const users = [...presentOthers(state), state.self].map((replica) => authorOf(state, replica).user);
      return { type: 'lock', users: [...new Set(users)].slice(0, LIMITS.crowd) };
    }
    default:
      return decision;
  }
}

/** What this copy holds of somebody and shows, by their replicas, those that spoke last first. */
function said({ log: { order, have, rulebook } }: State, user: UserId): HaveRecord {
  const stands = new Map<ReplicaId, Ranges>();
  const isFree = !rulebook.rules.muted.has(user) && !rulebook.rules.banned.has(user);
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const logged = order[i];
    if (logged?.author.user !== user || isHidden(rulebook, logged)) continue;
    const { replica, seq } = logged.entry;
    const ranges = stands.get(replica);
    if (!ranges && stands.size === LIMITS.silencedReplicas) continue;
    // What fell out of the window stands too, unless some of theirs is hidden.
    stands.set(replica, isFree ? (have.get(replica) ?? []) : addSeq(ranges, seq));
  }
  return haveToRecord(stands);
}
