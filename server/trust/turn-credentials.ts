import { createHash, createHmac } from 'node:crypto';
import type { UserId } from '../../protocol/ids.ts';
import type { IceServer } from '../../protocol/join.ts';

/** How long a TURN credential holds, s: one that is stolen is of little use, and a client asks for another in time. */
export const TURN_SECONDS = 600;

/** What of a TURN server's settings (coturn: `use-auth-secret`, `static-auth-secret`) the relay shares with it. */
export interface TurnSettings {
  readonly turnUrls: readonly string[] | undefined;
  readonly turnSecret: string | undefined;
}

export interface TurnCredential {
  readonly username: string;
  readonly credential: string;
}

/** Ids that TURN servers take for names as they are. coturn refuses blanks and quotes, and over 513 bytes. */
const PLAIN = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * A credential as the TURN REST API draft (draft-uberti-behave-turn-rest-00, section 2.2) has it: the name is its expiry
 * and its user, the password base64 of the HMAC-SHA1 of the name.
 *
 * @param expires s since 1970
 */
export function turnCredential(secret: string, user: string, expires: number): TurnCredential {
  const username = `${expires}:${user}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** The TURN servers that a user may use from `now` (ms since 1970) on, with a credential of its own; none where none is set. */
export function turnServers({ turnUrls, turnSecret }: TurnSettings, user: UserId, now: number): readonly IceServer[] {
  if (turnSecret === undefined || turnUrls === undefined) return [];
  const expires = Math.floor(now / 1_000) + TURN_SECONDS;
  return [{ urls: turnUrls, ...turnCredential(turnSecret, nameOf(user), expires) }];
}

/** One name a user, so that a TURN server's quota counts users. */
function nameOf(user: UserId): string {
  return PLAIN.test(user) ? user : createHash('sha256').update(user).digest('base64url').slice(0, 22);
}
