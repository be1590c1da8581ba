import type { Rate } from './rate.ts';

/**
 * Whoever has used up a bucket waits for so long at least, ms. What is already under way then is refused as a whole, so that
 * a sender who brings it again brings it in its order; and it is told to wait once, not for each single message.
 */
export const PAUSE_MS = 1_000;

/**
 * A token bucket of one session, asked for each of its messages: two numbers and no allocation. In any time t it lets at
 * most `burst + perSecond * t` through.
 */
export class Bucket {
  private readonly rate: Rate;
  private tokens: number;
  private at: number;
  private shutUntil = Number.NEGATIVE_INFINITY;

  /** @param now ms of a clock that never goes back */
  constructor(rate: Rate, now: number) {
    this.rate = rate;
    this.tokens = rate.burst;
    this.at = now;
  }

  /** Lets nothing through for a while: what came just before was refused for another reason. */
  rest(now: number): void {
    this.shutUntil = Math.max(this.shutUntil, now + PAUSE_MS);
  }

  /** Takes tokens, all of them or none. Returns 0, or the ms after which to try again. */
  take(now: number, count = 1): number {
    if (now < this.shutUntil) return this.shutUntil - now;
    this.fill(now);
    const { perSecond, burst } = this.rate;
    const wanted = Math.min(count, burst); // what is larger than the bucket takes all of it
    if (this.tokens >= wanted) {
      this.tokens -= wanted;
      return 0;
    }
    const wait = Math.max(PAUSE_MS, ((wanted - this.tokens) * 1000) / perSecond);
    this.shutUntil = now + wait;
    return wait;
  }

  /** Takes a token if there is one. Where there is none, nobody has to wait for that. */
  takeSpare(now: number): boolean {
    this.fill(now);
    if (now < this.shutUntil || this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Takes a token back. */
  give(): void {
    this.tokens = Math.min(this.rate.burst, this.tokens + 1);
  }

  private fill(now: number): void {
    const { perSecond, burst } = this.rate;
    this.tokens = Math.min(burst, this.tokens + (Math.max(0, now - this.at) * perSecond) / 1000);
    this.at = now;
  }
}
