import { LIMITS } from '../../protocol/limits.ts';
import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';
import type { NatterExt } from '../gate/message.ts';
import { GUEST_LOGIN, isOver, type Login } from './login.ts';
import type { RevocationStore, Revocations } from './revocations.ts';
import { type CheckToken, unavailable } from './tokens.ts';

export interface LoginsPorts {
  /** Undefined where the relay takes no tokens. */
  readonly check: CheckToken | undefined;
  readonly guests: 'on' | 'named' | 'off';
  readonly revocations: Revocations;
  readonly store: Pick<RevocationStore, 'isReady'>;
  readonly now: () => number;
}

/** Who may have a session, found out before it has one, and whether that still holds. */
export class Logins {
  private readonly ports: LoginsPorts;

  constructor(ports: LoginsPorts) {
    this.ports = ports;
  }

  /** Who handshakes. @param guestsFromHere whether its origin admits guests (gate/origin.ts) */
  async enter(natter: NatterExt | undefined, guestsFromHere: boolean): Promise<Result<Login>> {
    const token = natter?.token;
    if (token !== undefined && token !== null) return this.check(token);
    if (!guestsFromHere) return refuse('origin', 'without an Origin, guests come from this machine alone');
    if (this.ports.guests === 'off') return refuse('guests_off', 'this relay takes no guests');
    return accept(GUEST_LOGIN);
  }

  /** Another token of the same user, which takes the place of the one before. */
  async renew({ person }: Login, token: unknown): Promise<Result<Login>> {
    const login = await this.check(token);
    if (!login.ok || login.value.person.user === person.user) return login;
    return refuse('token_invalid', 'another user needs a handshake');
  }

  /** Why a login holds no more; undefined while it does. */
  lapse(login: Login): Refused | undefined {
    if (login.person.user === undefined) return undefined;
    if (this.ports.revocations.covers(login)) return refuse('token_revoked', 'the login has been revoked');
    return isOver(login, this.ports.now()) ? refuse('token_expired', 'the login has expired') : undefined;
  }

  private async check(token: unknown): Promise<Result<Login>> {
    const { check, store } = this.ports;
    if (typeof token !== 'string') return refuse('malformed', 'a token is a text');
    if (token.length > LIMITS.tokenLength) return refuse('token_invalid', 'the token is too long');
    if (!check) return refuse('token_invalid', 'this relay takes no tokens (see NATTER_TOKEN_KEY)');
    if (!store.isReady()) return unavailable('revocations can not be looked up now');
    const login = await check(token);
    return login.ok ? (this.lapse(login.value) ?? login) : login;
  }
}
