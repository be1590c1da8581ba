import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose';
import { LIMITS } from '../../protocol/limits.ts';
import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';
import { LEEWAY_MS, type Login, readLogin } from './login.ts';
import type { TokenKey } from './token-key.ts';

/** Checks a token. Never rejects: a refusal says what is wrong with it, or that it can't be checked now. */
export type CheckToken = (token: string) => Promise<Result<Login>>;

export interface TokenSettings {
  readonly key: TokenKey;
  /** Who a token must be meant for (`aud`); undefined: it may not name anybody. */
  readonly audience: string | undefined;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /** Told why the keys of a JWKS can't be had. */
  readonly onError: (error: unknown) => void;
}

/** ms that a JWKS may take; for which it is kept; and between two fetches for a key that is not in it. */
const JWKS = { timeoutDuration: 5_000, cacheMaxAge: 600_000, cooldownDuration: 30_000 } as const;
/** Headers by which a token would bring its own key, or say where to get it (RFC 7515, 4.1.2 to 4.1.6). */
const OWN_KEY = ['jwk', 'jku', 'x5u', 'x5c'] as const;
/** A name for a key, as they are written (base64, hex, words); never a path or an address. */
const KID = /^(?:[\w-][\w.-]{0,255}|[\w+][\w+/=]{0,255})$/;
const RETRY_AFTER_MS = 2_000;

/** Checks tokens that the relay can read itself (JWT, RFC 7519), by one key with one algorithm. */
export function jwtChecker({ key, audience, now, onError }: TokenSettings): CheckToken {
  const getKey = keySource(key);
  return async (token) => {
    const header = readHeader(token);
    if (!header.ok) return header;
    try {
      const { payload } = await jwtVerify(token, getKey, {
        algorithms: [key.alg],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: LEEWAY_MS / 1000,
        currentDate: new Date(now()),
        ...(audience === undefined ? {} : { audience }),
      });
      if (audience === undefined && payload.aud !== undefined) {
        return refuse('token_invalid', 'the token is meant for somebody (aud); see NATTER_TOKEN_AUDIENCE');
      }
      return readLogin(claimsOf(payload), now());
    } catch (error) {
      return refusalOf(error, onError);
    }
  };
}

/** The keys are the relay's own, whatever the token's header names. */
function keySource(key: TokenKey): JWTVerifyGetKey {
  if (key.type === 'secret') return async () => key.secret;
  if (key.type === 'pair') return async () => key.publicKey;
  const keys = createRemoteJWKSet(key.url, JWKS);
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (isNoSuchKey(error)) throw error;
      throw new KeysUnavailable('the JWKS can not be had', { cause: error });
    }
  };
}

class KeysUnavailable extends Error {}

function isNoSuchKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
}

function readHeader(token: string): Result<ProtectedHeaderParameters> {
  if (token.length > LIMITS.tokenLength) return refuse('token_invalid', 'the token is too long');
  let header: ProtectedHeaderParameters;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    return refuse('token_invalid', 'the token is not a JWT'); // TypeError: not three parts of base64url with JSON in them
  }
  if (OWN_KEY.some((name) => header[name] !== undefined)) {
    return refuse('token_invalid', 'a token may not bring its own key');
  }
  const { kid } = header;
  const isName = kid === undefined || (typeof kid === 'string' && KID.test(kid));
  return isName ? accept(header) : refuse('token_invalid', 'kid is the name of a key');
}

/** Times in JWTs are seconds. */
function claimsOf({ sub, name, rooms, role, sid, iat, exp }: JWTPayload) {
  return { user: sub, name, rooms, role, session: sid, issued: inMs(iat), expires: inMs(exp) };
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function refusalOf(error: unknown, onError: (error: unknown) => void): Refused & { readonly retryAfter?: number } {
  if (error instanceof errors.JWTExpired) return refuse('token_expired', 'the token has expired');
  if (error instanceof KeysUnavailable) {
    onError(error.cause);
    return unavailable('the keys for tokens can not be had now');
  }
  if (error instanceof errors.JOSEError) return refuse('token_invalid', sentenceOf(error));
  onError(error);
  return refuse('token_invalid', 'the token can not be checked');
}

/** A login that may be right and can't be checked: to be tried again. */
export function unavailable(message: string): Refused & { readonly retryAfter: number } {
  return { ...refuse('login_unavailable', message), retryAfter: RETRY_AFTER_MS };
}

/** What an integrator needs to find the mistake; nothing of the token itself. */
function sentenceOf(error: errors.JOSEError): string {
  switch (error.code) {
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return 'the token is signed with another algorithm than the one set';
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
    case 'ERR_JWKS_NO_MATCHING_KEY':
      return 'the token is not signed with the key that is set';
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return error instanceof errors.JWTClaimValidationFailed ? `the token's ${error.claim} does not fit` : 'a claim';
    default:
      return 'the token is not a JWT that can be read';
  }
}
