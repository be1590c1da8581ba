/** How often something may be done: so many times at once, and so many times a second in the long run. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A rate, or no limit at all. */
export type Limit = Rate | 'off';

/** The same as a fixed window: so many points until it ends and the next one begins. */
export interface Window {
  readonly points: number;
  /** Whole seconds: Redis and the library count in them. */
  readonly seconds: number;
}

/**
 * A window as long as it takes to earn the burst anew: `20/s+200` is 200 in each 10 s. The long-run rate is the same; across
 * the end of a window, twice the burst may come at once.
 */
export function windowOf({ perSecond, burst }: Rate): Window {
  const seconds = Math.max(1, Math.ceil(burst / perSecond));
  return { seconds, points: Math.max(burst, Math.ceil(perSecond * seconds)) };
}
