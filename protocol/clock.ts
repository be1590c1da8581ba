/**
 * A hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014): wall time in ms, then a counter that
 * orders events of the same ms. It never runs backwards and never trails what it has seen.
 */
export type Clock = readonly [ms: number, count: number];

export const CLOCK_ZERO: Clock = [0, 0];

/** Events of one ms are counted below this; beyond it the clock moves on to the next ms. */
const COUNTS = 2 ** 31;

/** The clock of a new local event at wall time `now` (ms). */
export function tickClock(clock: Clock, now: number): Clock {
  if (now > clock[0]) return [now, 0];
  return clock[1] + 1 < COUNTS ? [clock[0], clock[1] + 1] : [clock[0] + 1, 0];
}

/** The local clock after seeing a remote one. */
export function mergeClock(clock: Clock, remote: Clock): Clock {
  return compareClocks(clock, remote) >= 0 ? clock : remote;
}

export function compareClocks(a: Clock, b: Clock): number {
  return a[0] - b[0] || a[1] - b[1];
}

export function isClock(value: unknown): value is Clock {
  if (!Array.isArray(value) || value.length !== 2) return false;
  return value.every((part) => Number.isSafeInteger(part) && part >= 0) && value[1] < COUNTS;
}
