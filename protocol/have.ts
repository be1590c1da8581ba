import { isReplicaId, type ReplicaId } from './ids.ts';
import { LIMITS } from './limits.ts';
import { accept, type Result, refuse } from './result.ts';

/** An inclusive run of sequence numbers. */
export type Range = readonly [from: number, to: number];
/** Disjoint, ascending, not adjacent, at most 8. */
export type Ranges = readonly Range[];
/** What a copy of the log holds: each replica's runs of sequence numbers. */
export type Have = ReadonlyMap<ReplicaId, Ranges>;
/** `Have` as it stands in a frame. */
export type HaveRecord = Readonly<Record<string, Ranges>>;

export function hasSeq(ranges: Ranges | undefined, seq: number): boolean {
  return ranges?.some(([from, to]) => seq >= from && seq <= to) ?? false;
}

/** As `hasSeq`, and where there is room for no more runs also what lies below them: the lowest may have been forgotten. */
export function mayHold(ranges: Ranges | undefined, seq: number): boolean {
  const [lowest] = ranges ?? [];
  return hasSeq(ranges, seq) || (ranges?.length === LIMITS.ranges && lowest !== undefined && seq < lowest[0]);
}

/** Adds a run. Over 8 runs the lowest are forgotten: claiming less than is held costs a resend, never a loss. */
export function addRange(ranges: Ranges, [from, to]: Range): Ranges {
  const before = ranges.filter((range) => range[1] < from - 1);
  const after = ranges.filter((range) => range[0] > to + 1);
  const touched = ranges.slice(before.length, ranges.length - after.length);
  const merged: Range = [
    Math.min(from, ...touched.map((range) => range[0])),
    Math.max(to, ...touched.map((range) => range[1])),
  ];
  return [...before, merged, ...after].slice(-LIMITS.ranges);
}

export function addSeq(ranges: Ranges | undefined, seq: number): Ranges {
  const last = ranges?.[ranges.length - 1];
  if (ranges && last && seq === last[1] + 1) return [...ranges.slice(0, -1), [last[0], seq]];
  return addRange(ranges ?? [], [seq, seq]);
}

/** Takes one number out. Splitting a run may make one more than fit: of those the lowest is forgotten, as in `addRange`. */
export function withoutSeq(ranges: Ranges, seq: number): Ranges {
  if (!hasSeq(ranges, seq)) return ranges;
  const left = ranges.flatMap(([from, to]): readonly Range[] => {
    if (seq < from || seq > to) return [[from, to]];
    const below: readonly Range[] = from < seq ? [[from, seq - 1]] : [];
    const above: readonly Range[] = seq < to ? [[seq + 1, to]] : [];
    return [...below, ...above];
  });
  return left.slice(-LIMITS.ranges);
}

export function highestSeq(ranges: Ranges | undefined): number {
  return ranges?.[ranges.length - 1]?.[1] ?? 0;
}

export function haveToRecord(have: Have): HaveRecord {
  return Object.fromEntries(have);
}

/** Reads a `have` from a frame: at most 512 replicas of at most 8 runs each. */
export function parseHave(value: unknown): Result<Have> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('malformed', 'have is an object');
  const entries = Object.entries(value);
  if (entries.length > LIMITS.haveReplicas) return refuse('malformed', 'have names too many replicas');
  const have = new Map<ReplicaId, Ranges>();
  for (const [replica, ranges] of entries) {
    if (!isReplicaId(replica) || !isRanges(ranges)) return refuse('malformed', 'have maps replicas to ranges');
    have.set(replica, ranges);
  }
  return accept(have);
}

export function isRanges(value: unknown): value is Ranges {
  if (!Array.isArray(value) || value.length > LIMITS.ranges) return false;
  let end = -1;
  for (const range of value) {
    if (!Array.isArray(range) || range.length !== 2) return false;
    const [from, to] = range;
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1 || to < from || from <= end + 1)
      return false;
    end = to;
  }
  return true;
}
