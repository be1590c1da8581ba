import { addSeq, type HaveRecord, haveToRecord, type Ranges } from '../../protocol/have.ts';
import type { ReplicaId, UserId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type Act, parseAct } from '../../protocol/moderation.ts';
import { authorOf, presentOthers } from './paths.ts';
import { isHidden } from './rulebook.ts';
import { selfOf } from './silence.ts';
import type { State } from './state.ts';

/** What a moderator wants; what stands of the person's words, and who is inside, this copy knows. */
export type Decision =
  /** `ms`: for how long. */
  | { readonly type: 'mute'; readonly user: UserId; readonly ms: number }
  | { readonly type: 'unmute' | 'ban' | 'unban'; readonly user: UserId }
  | { readonly type: 'slow'; readonly seconds: number }
  | { readonly type: 'read-only'; readonly on: boolean }
  | { readonly type: 'lock' }
  | { readonly type: 'unlock' };

/**
 * What a moderator decides, as it is to be written; undefined from anybody else, whom nobody would believe. Few ever need
 * it, so it is a chunk of its own.
 *
 * @param at local ms
 */
export function actFor(state: State, decision: Decision, at: number): Act | undefined {
  if (selfOf(state).role !== 'moderator') return undefined;
  const act = parseAct(actOf(state, decision, at));
  return act.ok ? act.value : undefined;
}

function actOf(state: State, decision: Decision, at: number): Act {
  switch (decision.type) {
    case 'mute': {
      const until = Math.round(at + state.skew + decision.ms);
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
