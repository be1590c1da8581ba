import type { Author } from './frames.ts';
import { guestId, isUserId, type ReplicaId, type UserId } from './ids.ts';
import { isText } from './json.ts';
import { LIMITS } from './limits.ts';
import { cleanName } from './names.ts';
import { accept, type Result, refuse } from './result.ts';
import type { Role } from './roles.ts';
import { decodeSegment, encodeSegment } from './segments.ts';

/** A relay's word on whose key this is, for one room and some minutes. */
export interface Certificate {
  /** base64url of the replica's raw public key, of which the replica's id is a hash. */
  readonly key: string;
  /** The integrator's id of a user; undefined: a guest, whose id is that of the key's replica. */
  readonly user: UserId | undefined;
  readonly name: string;
  readonly role: Role;
  /** From when to when it holds, by the relay's clock: ms since 1970, whole seconds. */
  readonly from: number;
  readonly until: number;
}

/**
 * A certificate as it travels: `key.from.seconds.role.user.name.signature`, with user and name in the alphabet of channel
 * segments and the user left out for a guest. The room is signed and not written: whoever reads it knows the room.
 */
export interface SignedCertificate extends Certificate {
  /** All but the signature: what `certificateText` is made of (seal.ts). */
  readonly body: string;
  /** base64url signature by the relay's key (P-256, SHA-256, IEEE P1363). */
  readonly sig: string;
}

/** A certificate at some time: it holds; it held before, and may have no relay to renew it; it says nothing. */
export type Standing = 'valid' | 'late' | 'outside';

// The last characters of base64url that stand for no whole six bits are zero there: one spelling for each key and signature.
const SHAPE =
  /^(?<body>(?<key>[\w-]{86}[AEIMQUYcgkosw048])\.(?<from>[1-9]\d{0,10})\.(?<seconds>[1-9]\d{0,2})\.(?<role>[mo])\.(?<user>[\w~-]*)\.(?<name>[\w~-]+))\.(?<sig>[\w-]{85}[AQgw])$/;

/** What the relay signs, but for the room. */
export function certificateBody({ key, from, until, role, user, name }: Certificate): string {
  const letter = role === 'moderator' ? 'o' : 'm';
  const who = `${letter}.${user === undefined ? '' : encodeSegment(user)}.${encodeSegment(name)}`;
  return `${key}.${from / 1000}.${(until - from) / 1000}.${who}`;
}

/** Reads a certificate's shape, in time linear in its length. Whether a relay has signed it is for the edge to check. */
export function parseCertificate(text: unknown): Result<SignedCertificate> {
  if (!isText(text) || text.length > LIMITS.certificateLength) return bad();
  const { body, key, from, seconds, role, user = '', name = '', sig } = SHAPE.exec(text)?.groups ?? {};
  if (body === undefined || key === undefined || sig === undefined) return bad();
  const [who, shown] = [user === '' ? undefined : decodeSegment(user), decodeSegment(name)];
  if ((user !== '' && !isUserId(who)) || shown === undefined || cleanName(shown) !== shown) return bad();
  const [begins, lasts] = [Number(from) * 1000, Number(seconds) * 1000];
  if (lasts > LIMITS.certificateLife) return bad();
  const times = { from: begins, until: begins + lasts };
  const certificate = { key, user: isUserId(who) ? who : undefined, name: shown, ...times, body, sig };
  return accept({ ...certificate, role: role === 'o' ? 'moderator' : 'member' });
}

/** @param at ms since 1970, by the relay's clock */
export function standingAt({ from, until }: Certificate, at: number): Standing {
  if (at < from - LIMITS.clockAhead || at > until + LIMITS.certificateLate) return 'outside';
  return at <= until + LIMITS.clockAhead ? 'valid' : 'late';
}

/** Who speaks with this certificate at some time. A role ends with it: no relay has confirmed it since. */
export function authorOf(certificate: Certificate, replica: ReplicaId, at: number): Author {
  const { user = guestId(replica), name, role } = certificate;
  const moderates = role === 'moderator' && standingAt(certificate, at) === 'valid';
  return moderates ? { user, name, role } : { user, name };
}

function bad(): Result<never> {
  return refuse('bad_certificate', 'not a certificate');
}
