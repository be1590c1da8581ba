import type { RoomName } from '../../protocol/ids.ts';
import type { Role } from '../../protocol/roles.ts';

/** Who a session speaks for, as found at its handshake. */
export interface Person {
  /** The integrator's id of a user; undefined: a guest, whose id is that of its replica (`guestId`). */
  readonly user: string | undefined;
  readonly name: string | undefined;
  readonly role: Role;
  /** Names of rooms it may enter, exact or `prefix*`; undefined: every room. */
  readonly rooms: readonly string[] | undefined;
  /** Until when its login holds, ms since 1970; undefined: without end. */
  readonly expires: number | undefined;
}

/** Somebody without a login. */
export const GUEST: Person = { user: undefined, name: undefined, role: 'member', rooms: undefined, expires: undefined };

/** Whether a person's login lets it into a room. */
export function mayEnter({ rooms }: Person, room: RoomName): boolean {
  return rooms === undefined || isAmong(rooms, room);
}

/** Whether a room is named by one of these: exactly, or by its beginning where that ends in `*`. */
export function isAmong(patterns: readonly string[], room: RoomName): boolean {
  return patterns.some((pattern) => matches(pattern, room));
}

function matches(pattern: string, room: RoomName): boolean {
  return pattern.endsWith('*') ? room.startsWith(pattern.slice(0, -1)) : room === pattern;
}
