import type { Stamp } from './events.ts';
import type { State } from './state.ts';

/** Bounds of the ceiling that doubles with each failure, ms. */
export interface RetryPolicy {
  readonly first: number;
  readonly most: number;
}

/** A relay that dies cuts all its clients at once: spread over this no tenth of a second brings it over 6% of them. */
const RECONNECT_FIRST = 2_500;
export const RECONNECT_VISIBLE: RetryPolicy = { first: RECONNECT_FIRST, most: 10_000 };
export const RECONNECT_HIDDEN: RetryPolicy = { first: RECONNECT_FIRST, most: 60_000 };
const RESEND_VISIBLE: RetryPolicy = { first: 2_000, most: 10_000 };
const RESEND_HIDDEN: RetryPolicy = { first: 2_000, most: 60_000 };
export const RELINK: RetryPolicy = { first: 5_000, most: 5 * 60_000 };

/**
 * Delay before a try, ms: full jitter, uniform from 0 to the ceiling, so that clients cut together come back apart
 * (AWS Architecture Blog, "Exponential Backoff And Jitter").
 *
 * @param attempt failures so far, from 0
 * @param random uniform in [0, 1)
 */
export function retryDelay(policy: RetryPolicy, attempt: number, random: number): number {
  const ceiling = Math.min(policy.most, policy.first * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling * random);
}

/** How long what was not taken waits for its next try, ms. @param attempts how often it was sent so far */
export function resendDelay({ visible }: Pick<State, 'visible'>, attempts: number, { random }: Stamp): number {
  return retryDelay(visible ? RESEND_VISIBLE : RESEND_HIDDEN, attempts, random);
}
