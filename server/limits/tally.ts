import type { Account } from './account.ts';
import { type Rate, type Window, windowOf } from './rate.ts';

/** ms between reports to the account: as long it may take until processes know what the others let through. */
const REPORT_MS = 200;
/** A report is sent at once when so large a share of a window has come since the last one. */
const PROMPT_SHARE = 1 / 8;

/** One key's window. */
interface Line {
  /** As the account last said, by all processes. */
  spent: number;
  /** Told to the account, which has not answered yet. */
  telling: number;
  /** Not told yet. */
  fresh: number;
  /** When the next window begins, ms. */
  endsAt: number;
}

/**
 * A limit that sessions, and processes, share: for a user, an address or a room. It is asked for each message and answers
 * at once, from what it has let through itself and what the account said last; the account (Redis, for many processes) is
 * told the sum a few times a second. So a message costs no way to Redis and back. The price: until the next report processes
 * do not know of each other, and let at most an eighth of the limit each through beyond it. Where the account is away each
 * process counts alone.
 */
export class Tally {
  private readonly window: Window;
  private readonly account: Account;
  private readonly now: () => number;
  private readonly lines = new Map<string, Line>();
  private readonly timer: NodeJS.Timeout;

  /** @param now ms of a clock that never goes back */
  constructor(rate: Rate, account: Account, now: () => number) {
    this.window = windowOf(rate);
    this.account = account;
    this.now = now;
    this.timer = setInterval(() => void this.report(), REPORT_MS).unref();
  }

  /** Takes points, all of them or none. Returns 0, or the ms after which to try again. */
  take(key: string, count = 1): number {
    const { points } = this.window;
    const now = this.now();
    const line = this.lineOf(key, now);
    const wanted = Math.min(count, points);
    if (line.spent + line.telling + line.fresh + wanted > points) return Math.max(1, line.endsAt - now);
    line.fresh += wanted;
    if (line.fresh >= points * PROMPT_SHARE) void this.tell(key, line);
    return 0;
  }

  /** Tells the account what it does not know yet, and forgets what is over. Settles when it has answered. */
  async report(): Promise<void> {
    const now = this.now();
    const told: Promise<void>[] = [];
    for (const [key, line] of this.lines) {
      if (line.fresh > 0) told.push(this.tell(key, line));
      if (line.endsAt <= now && line.telling === 0) this.lines.delete(key);
    }
    await Promise.all(told);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private lineOf(key: string, now: number): Line {
    const line = this.lines.get(key);
    if (line && line.endsAt > now) return line;
    const fresh: Line = { spent: 0, telling: 0, fresh: 0, endsAt: now + this.window.seconds * 1000 };
    this.lines.set(key, fresh);
    return fresh;
  }

  private async tell(key: string, line: Line): Promise<void> {
    const { fresh } = line;
    line.telling += fresh;
    line.fresh = 0;
    try {
      const { points, leftMs } = await this.account.spend(key, fresh);
      // A window may have ended here meanwhile: where the account stands is where all stand.
      const current = this.lines.get(key) ?? line;
      current.spent = points;
      current.endsAt = this.now() + leftMs;
    } catch {
      line.spent += fresh; // the account is away: here it is known all the same
    }
    line.telling -= fresh;
  }
}
