import type { Logins } from '../trust/logins.ts';
import type { Revocations } from '../trust/revocations.ts';
import type { Sessions } from './sessions.ts';

/** ms between looks for logins that have expired: their sessions are cut within 5 s. */
const LOOK_MS = 500;

/** Cuts sessions whose login holds no more: at once when it is revoked, soon when it has expired. */
export class LoginWatch {
  private readonly sessions: Sessions;
  private readonly logins: Pick<Logins, 'lapse'>;
  private readonly timer: NodeJS.Timeout;
  private readonly stopListening: () => void;

  constructor(sessions: Sessions, logins: Pick<Logins, 'lapse'>, revocations: Revocations) {
    this.sessions = sessions;
    this.logins = logins;
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
    this.stopListening = revocations.onNoted(() => this.look());
  }

  stop(): void {
    clearInterval(this.timer);
    this.stopListening();
  }

  private look(): void {
    for (const session of this.sessions.all()) {
      const why = this.logins.lapse(session.login);
      if (why) this.sessions.cut(session, why);
    }
  }
}
