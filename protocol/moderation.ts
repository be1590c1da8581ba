import { type HaveRecord, parseHave } from './have.ts';
import { isUserId, type UserId } from './ids.ts';
import { isRecord } from './json.ts';
import { LIMITS } from './limits.ts';
import { accept, type Result, refuse } from './result.ts';

/**
 * What a moderator decides. What is about one person carries what stands of theirs, by their replicas: an entry says when
 * it was written, and whoever is silenced may lie about that.
 */
export type Act =
  /** `until`: ms since 1970, by the relay's clock. */
  | { readonly type: 'mute'; readonly user: UserId; readonly until: number; readonly have: HaveRecord }
  | { readonly type: 'unmute'; readonly user: UserId; readonly have: HaveRecord }
  | { readonly type: 'ban'; readonly user: UserId; readonly have: HaveRecord }
  | { readonly type: 'unban'; readonly user: UserId; readonly have: HaveRecord }
  /** Seconds between two messages of one person; 0: as many as they like. */
  | { readonly type: 'slow'; readonly seconds: number }
  /** Moderators alone write. */
  | { readonly type: 'read-only'; readonly on: boolean }
  /** Nobody comes in but moderators and `users`, who were inside. */
  | { readonly type: 'lock'; readonly users: readonly UserId[] }
  | { readonly type: 'unlock' };

/** Of the acts with one register the newest counts. */
export function registerOf(act: Act): string {
  switch (act.type) {
    case 'mute':
    case 'unmute':
      return `mute ${act.user}`;
    case 'ban':
    case 'unban':
      return `ban ${act.user}`;
    case 'lock':
    case 'unlock':
      return 'lock';
    default:
      return act.type;
  }
}

/** Whether an act only ends what another began. */
export function isLifting(act: Act): boolean {
  if (act.type === 'slow') return act.seconds === 0;
  if (act.type === 'read-only') return !act.on;
  return act.type.startsWith('un');
}

export function parseAct(value: unknown): Result<Act> {
  if (!isRecord(value)) return refuse('malformed', 'an act is an object');
  const { type, user, until, have, seconds, on, users } = value;
  switch (type) {
    case 'mute':
    case 'unmute':
    case 'ban':
    case 'unban': {
      const held = parseHave(have);
      if (!isUserId(user) || !held.ok || held.value.size > LIMITS.silencedReplicas)
        return refuse('malformed', 'whom, and what of theirs stands?');
      const about = { user, have: Object.fromEntries(held.value) };
      if (type !== 'mute') return accept({ type, ...about });
      return isTime(until) ? accept({ type, ...about, until }) : refuse('malformed', 'a mute has an end');
    }
    case 'slow':
      return isTime(seconds) && seconds <= LIMITS.slowSeconds
        ? accept({ type, seconds })
        : refuse('malformed', `slow mode is up to ${LIMITS.slowSeconds} s`);
    case 'read-only':
      return typeof on === 'boolean' ? accept({ type, on }) : refuse('malformed', 'read-only is on or off');
    case 'lock':
      return Array.isArray(users) && users.length <= LIMITS.crowd && users.every(isUserId)
        ? accept({ type, users })
        : refuse('malformed', 'a lock names who is inside');
    case 'unlock':
      return accept({ type });
    default:
      return refuse('malformed', 'no such act');
  }
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
