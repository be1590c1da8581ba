import { type Refused, refuse } from '../../protocol/result.ts';
import type { Broken } from '../../protocol/rules.ts';

/** Why something is not to be, for whoever reads refusals. */
export const SENTENCES: Readonly<Record<Broken['code'], string>> = {
  banned: 'a moderator has banned you from this room',
  muted: 'a moderator has muted you for a while',
  read_only: 'moderators alone write here now',
  room_locked: 'nobody new comes in now',
};

/** @param retryAfter ms until slow mode lets the next message in */
export function tooSoon(retryAfter: number): Refused & { readonly retryAfter: number } {
  return { ...refuse('slow_mode', 'this room is in slow mode'), retryAfter };
}
