import { type Result, refuse } from '../../protocol/result.ts';
import { type Login, readLogin } from './login.ts';
import { type CheckToken, unavailable } from './tokens.ts';

/** Somebody whom the integrator's own code knows by a token. */
export interface Account {
  /** The integrator's id of the user, up to 128 characters; not beginning with `g-`. */
  readonly user: string;
  readonly name?: string;
  /** Names of rooms, or prefixes with a star at their end; left out: every room. */
  readonly rooms?: readonly string[];
  readonly role?: 'member' | 'moderator';
  /** The login session, for `revoke({ session })`. */
  readonly session?: string;
  /** When it was logged in, ms since 1970; left out: now. What is revoked concerns those who logged in before. */
  readonly issued?: number;
  /** Until when it holds, ms since 1970; left out: until it is revoked. */
  readonly expires?: number;
}

/**
 * Says who has a token that the relay can't read itself; undefined: nobody, and the token is refused (`token_invalid`). One
 * that throws, rejects or takes over 10 s is taken for out of order: its client tries again.
 */
export type Authenticate = (token: string) => Account | undefined | Promise<Account | undefined>;

/** ms for which the integrator's answer is waited for. */
const PATIENCE_MS = 10_000;
/** Three parts of base64url (RFC 7515, 3.1): what a relay with a key reads itself. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Asks the integrator about tokens; a JWT goes to `jwt`, where there is one. */
export function accountChecker(
  authenticate: Authenticate,
  jwt: CheckToken | undefined,
  { now, onError }: { readonly now: () => number; readonly onError: (error: unknown) => void },
): CheckToken {
  return async (token) => {
    if (jwt && JWT.test(token)) return jwt(token);
    try {
      return loginOf(await inTime(authenticate(token)), now());
    } catch (error) {
      onError(error);
      return unavailable('logins can not be checked now');
    }
  };
}

function loginOf(account: Account | undefined, now: number): Result<Login> {
  if (!account) return refuse('token_invalid', 'nobody has this token');
  return readLogin({ issued: now, ...account }, now);
}

async function inTime<T>(answer: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('authenticate took too long')), PATIENCE_MS).unref();
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
