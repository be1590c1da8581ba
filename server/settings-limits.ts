import type { Limit } from './limits/rate.ts';
import type { Row } from './settings.ts';
import * as read from './settings-values.ts';

/** How much a session, a user, an address and a room may do. `off`, or 0 for a number, switches a limit off. */
export interface LimitSettings {
  /** Entries, all else that is published, and rooms joined, by one session. */
  readonly limitMessages: Limit;
  readonly limitSignals: Limit;
  readonly limitJoins: Limit;
  /** The same by all sessions of a user who has logged in, and their handshakes. */
  readonly limitUserMessages: Limit;
  readonly limitUserSignals: Limit;
  readonly limitUserJoins: Limit;
  readonly limitUserHandshakes: Limit;
  /** Bayeux messages of any kind, handshakes and open connections of one address that is not loopback. */
  readonly limitAddressMessages: Limit;
  readonly limitAddressHandshakes: Limit;
  readonly limitAddressConnections: number;
  /** Entries of all members of a room, and how many they may be. */
  readonly limitRoomMessages: Limit;
  readonly limitRoomMembers: number;
}

export const LIMIT_DEFAULTS: LimitSettings = {
  limitMessages: { perSecond: 10, burst: 600 },
  limitSignals: { perSecond: 50, burst: 500 },
  limitJoins: { perSecond: 5, burst: 50 },
  limitUserMessages: { perSecond: 20, burst: 1_200 },
  limitUserSignals: { perSecond: 100, burst: 2_000 },
  limitUserJoins: { perSecond: 10, burst: 200 },
  limitUserHandshakes: { perSecond: 2, burst: 60 },
  limitAddressMessages: { perSecond: 500, burst: 15_000 },
  limitAddressHandshakes: { perSecond: 20, burst: 200 },
  limitAddressConnections: 500,
  limitRoomMessages: { perSecond: 200, burst: 4_000 },
  limitRoomMembers: 10_000,
};

/** For those who measure what a relay can do. */
export const NO_LIMITS: LimitSettings = {
  limitMessages: 'off',
  limitSignals: 'off',
  limitJoins: 'off',
  limitUserMessages: 'off',
  limitUserSignals: 'off',
  limitUserJoins: 'off',
  limitUserHandshakes: 'off',
  limitAddressMessages: 'off',
  limitAddressHandshakes: 'off',
  limitAddressConnections: 0,
  limitRoomMessages: 'off',
  limitRoomMembers: 0,
};

export const LIMIT_SCHEMA: { readonly [Key in keyof LimitSettings]: Row<LimitSettings[Key]> } = {
  limitMessages: rate('NATTER_LIMIT_MESSAGES', '10/s+600', 'Messages, edits, deletes and reactions of one session.'),
  limitSignals: rate(
    'NATTER_LIMIT_SIGNALS',
    '50/s+500',
    'Signals, acknowledgements, typing and what members give each other, of one session.',
  ),
  limitJoins: rate('NATTER_LIMIT_JOINS', '5/s+50', 'Joins of one session.'),
  limitUserMessages: rate(
    'NATTER_LIMIT_USER_MESSAGES',
    '20/s+1200',
    'Messages of all sessions of a user with a login.',
  ),
  limitUserSignals: rate('NATTER_LIMIT_USER_SIGNALS', '100/s+2000', 'Signals and the like of all sessions of a user.'),
  limitUserJoins: rate('NATTER_LIMIT_USER_JOINS', '10/s+200', 'Joins of all sessions of a user.'),
  limitUserHandshakes: rate('NATTER_LIMIT_USER_HANDSHAKES', '2/s+60', 'Handshakes of a user.'),
  limitAddressMessages: rate(
    'NATTER_LIMIT_ADDRESS_MESSAGES',
    '500/s+15000',
    'Bayeux messages of any kind from an address.',
  ),
  limitAddressHandshakes: rate('NATTER_LIMIT_ADDRESS_HANDSHAKES', '20/s+200', 'Handshakes from an address.'),
  limitAddressConnections: {
    env: 'NATTER_LIMIT_ADDRESS_CONNECTIONS',
    shown: '500',
    meaning: 'WebSockets and waiting POSTs of an address at one relay; 0: no limit.',
    read: read.count(1_000_000),
  },
  limitRoomMessages: rate('NATTER_LIMIT_ROOM_MESSAGES', '200/s+4000', 'Messages of all members of a room.'),
  limitRoomMembers: {
    env: 'NATTER_LIMIT_ROOM_MEMBERS',
    shown: '10000',
    meaning: 'Members of a room; 0: no limit.',
    read: read.count(1_000_000),
  },
};

function rate(env: string, shown: string, meaning: string): Row<Limit> {
  return { env, shown, meaning, read: read.limit };
}
