import { SignJWT } from 'jose';
import { LONGEST_MS, readLogin } from './login.ts';
import { readTokenKey, type TokenAlg } from './token-key.ts';

/** Who a token is for, and what it lets them do. */
export interface TokenClaims {
  /** Your id of the user, up to 128 characters; not beginning with `g-`. */
  readonly user: string;
  /** The name that others see; left out: the visitor chooses one. */
  readonly name?: string;
  /** Names of rooms, or prefixes with a star at their end (`team-*`); left out: every room. */
  readonly rooms?: readonly string[];
  readonly role?: 'member' | 'moderator';
  /** Your id of this login, so that it can be revoked by itself. */
  readonly session?: string;
}

export interface SigningOptions {
  /** The secret, or a private key as PEM; or `file:` and the path of a file with one of them. */
  readonly key: string;
  /** Left out: HS256 for a secret, ES256 for a P-256 key, EdDSA for an Ed25519 key. */
  readonly alg?: TokenAlg;
  /** As `NATTER_TOKEN_AUDIENCE` is at the relay. */
  readonly audience?: string;
  /** ms for which the token holds, up to 30 days; left out: an hour. */
  readonly lifetime?: number;
}

const HOUR_MS = 3_600_000;

/**
 * Makes a token for a visitor of yours, to be handed to the widget. Use it at your server: who has the key is everybody.
 * Rejects with a TypeError where the relay would refuse the token, or the key can't sign.
 */
export async function signToken(claims: TokenClaims, options: SigningOptions): Promise<string> {
  const { user, name, rooms, role, session } = claims;
  const { audience, lifetime = HOUR_MS } = options;
  const key = readTokenKey(options.key, options.alg);
  if (!key.ok) throw new TypeError(`the key ${key.expected}`);
  const signer = key.value.type === 'secret' ? key.value.secret : key.value.type === 'pair' && key.value.privateKey;
  if (!signer) throw new TypeError('tokens are signed with a secret or a private key');
  const now = Math.floor(Date.now() / 1000);
  if (!(lifetime >= 1000 && lifetime <= LONGEST_MS)) throw new TypeError('a token holds from 1 s to 30 days');
  const checked = readLogin({ user, name, rooms, role, session }, now * 1000);
  if (!checked.ok) throw new TypeError(checked.message);
  const token = new SignJWT({ name, rooms, role, sid: session })
    .setProtectedHeader({ alg: key.value.alg, typ: 'JWT' })
    .setSubject(user)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.floor(lifetime / 1000));
  if (audience !== undefined) token.setAudience(audience);
  return token.sign(signer);
}
