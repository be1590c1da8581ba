/**
 * Every way the relay says no; those of `code_…` are the widget's own, of codes that people pass on (codes.ts). The key is `ext.natter.code` on the wire; the number is the class that stands in
 * the Bayeux `error` field (`403::…`) and, where the refusal happens before Bayeux, in the HTTP status.
 */
export const REFUSALS = {
  malformed: 400,
  too_deep: 400,
  clock_ahead: 400,
  sequence_conflict: 409,
  unknown_session: 401,
  token_invalid: 401,
  token_expired: 401,
  token_revoked: 401,
  wrong_secret: 401,
  transport_in_use: 401,
  origin: 403,
  guests_off: 403,
  channel_forbidden: 403,
  not_a_member: 403,
  room_forbidden: 403,
  encryption_required: 403,
  not_yours: 403,
  bad_proof: 403,
  bad_signature: 403,
  bad_certificate: 403,
  certificate_expired: 403,
  not_a_moderator: 403,
  banned: 403,
  muted: 403,
  read_only: 403,
  room_locked: 403,
  not_found: 404,
  method: 405,
  too_large: 413,
  batch_too_long: 413,
  media_type: 415,
  too_many_subscriptions: 429,
  too_fast: 429,
  slow_mode: 429,
  too_many_connections: 429,
  room_full: 429,
  overloaded: 503,
  login_unavailable: 503,
  closing: 503,
  code_altered: 400,
  code_version: 400,
  code_kind: 400,
  code_room: 403,
  code_own: 403,
  code_unknown: 404,
  code_unreachable: 404,
  code_used: 409,
  code_linked: 409,
  code_full: 409,
  code_expired: 410,
  internal: 500,
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** Formats a Bayeux error (spec 1.0, section 3.6: `code:args:message`). The message must not hold a colon. */
export function bayeuxError(code: RefusalCode, message: string): string {
  return `${REFUSALS[code]}::${message.replaceAll(':', ' ')}`;
}

/** Reads a code off the wire. One that only a newer relay knows is kept: it is a refusal all the same. */
export function readRefusalCode(value: unknown): RefusalCode {
  return typeof value === 'string' && /^[a-z_]{1,40}$/.test(value) ? (value as RefusalCode) : 'internal';
}

export function isRefusalCode(value: unknown): value is RefusalCode {
  return typeof value === 'string' && Object.hasOwn(REFUSALS, value);
}
