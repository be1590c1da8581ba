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
