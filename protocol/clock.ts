/**
 * A hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014): wall time in ms, then a counter that
 * orders events of the same ms. It never runs backwards and never trails what it has seen.
 */
export type Clock = readonly [ms: number, count: number];

export const CLOCK_ZERO: Clock = [0, 0];

/** The clock of a new local event at wall time `now` (ms). */
export function tickClock(clock: Clock, now: number): Clock {
  return now > clock[0] ? [now, 0] : [clock[0], clock[1] + 1];
}

/** The local clock after seeing a remote one. */
export function mergeClock(clock: Clock, remote: Clock): Clock {
  return compareClocks(clock, remote) >= 0 ? clock : remote;
}

export function compareClocks(a: Clock, b: Clock): number {
  return a[0] - b[0] || a[1] - b[1];
}

export function isClock(value: unknown): value is Clock {
  return Array.isArray(value) && value.length === 2 && value.every((part) => Number.isSafeInteger(part) && part >= 0);
}
