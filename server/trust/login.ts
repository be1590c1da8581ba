import { isUserId } from '../../protocol/ids.ts';
import { isText } from '../../protocol/json.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { cleanName } from '../../protocol/names.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import { isRole } from '../../protocol/roles.ts';
import { GUEST, type Person } from './person.ts';

/** What a session's token says, once it has been checked. */
export interface Login {
  readonly person: Person;
  /** The integrator's id of the login session that the token belongs to (OpenID Connect's `sid`). */
  readonly session: string | undefined;
  /** When the token was made, ms since 1970; 0 where it does not say. */
  readonly issued: number;
}

/** What a token or the integrator says of somebody, each field still to be read. */
export interface Claims {
  readonly user?: unknown;
  readonly name?: unknown;
  readonly rooms?: unknown;
  readonly role?: unknown;
  readonly session?: unknown;
  /** ms since 1970. */
  readonly issued?: unknown;
  readonly expires?: unknown;
}

/** How far the clock of whoever makes tokens may differ from the relay's, ms. */
export const LEEWAY_MS = 2_000;
/** A token that holds longer is refused, ms: a revocation has to be remembered for as long. */
export const LONGEST_MS = 30 * 24 * 60 * 60_000;
const MOST_ROOMS = 256;
const SESSION_LENGTH = 256;
/** What a name may not hold either (protocol/names.ts): it would be shown as something else than it is. */
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/u;

export const GUEST_LOGIN: Login = { person: GUEST, session: undefined, issued: 0 };

/** Reads what is said of a logged-in person; `now` in ms since 1970. */
export function readLogin(claims: Claims, now: number): Result<Login> {
  const { user, name, role = 'member', session, issued = 0, expires } = claims;
  if (!isUserId(user) || INVISIBLE.test(user))
    return invalid('a user is a text of 1 to 128 characters, none invisible');
  if (looksLikeGuest(user)) return invalid('ids that begin with g- are those of guests');
  if (name !== undefined && !isText(name)) return invalid('a name is a text');
  if (!isRole(role)) return invalid('a role is member or moderator');
  if (session !== undefined && !isSession(session)) return invalid(`a session is a text up to ${SESSION_LENGTH} long`);
  if (!isTime(issued)) return invalid('it does not say when it was made');
  if (issued > now + LEEWAY_MS) return invalid('it was made in the future; do the clocks agree?');
  if (expires !== undefined && !isTime(expires)) return invalid('it does not say until when it holds');
  if (expires !== undefined && expires > now + LONGEST_MS) return invalid('it holds for more than 30 days');
  const rooms = readRooms(claims.rooms);
  if (!rooms.ok) return rooms;
  const person = personOf(user, { name: cleanName(name), role, rooms: rooms.value, expires });
  const login: Login = { person, session, issued };
  return isOver(login, now) ? refuse('token_expired', 'the login has expired') : accept(login);
}

/** Whether a login has ended by its own terms. */
export function isOver({ person: { expires } }: Login, now: number): boolean {
  return expires !== undefined && now >= expires + LEEWAY_MS;
}

function personOf(user: string, rest: Omit<Person, 'user'>): Person {
  return { user, ...rest };
}

/** Also by letters that only look like others. */
function looksLikeGuest(user: string): boolean {
  return user.normalize('NFKC').toLowerCase().startsWith('g-');
}

function isSession(value: unknown): value is string {
  return isText(value) && value !== '' && value.length <= SESSION_LENGTH;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** Names and prefixes, as rooms are named (NFC); a star stands at the end alone. */
function readRooms(value: unknown): Result<readonly string[] | undefined> {
  if (value === undefined) return accept(undefined);
  if (!Array.isArray(value) || value.length > MOST_ROOMS || !value.every(isPattern)) {
    return invalid(`rooms is a list of up to ${MOST_ROOMS} names or prefixes such as team-*`);
  }
  return accept(value.map((pattern: string) => pattern.normalize('NFC')));
}

function isPattern(value: unknown): value is string {
  return isText(value) && /^[^*]*\*?$/u.test(value) && value !== '' && value.length <= LIMITS.roomBytes + 1;
}

function invalid(message: string): Result<never> {
  return refuse('token_invalid', message);
}
