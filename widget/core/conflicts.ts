import type { EntryHeader } from '../../protocol/entry.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import type { Logged } from './log.ts';

/**
 * Entries of one replica and number that say different things, two of each: their author is not to be believed in either.
 * They are kept as the proof of it, and shown to nobody.
 */
export type Conflicts = ReadonlyMap<string, readonly Logged[]>;

/** Proofs that are kept. Of more those with the lowest keys, so that all copies keep the same. */
const KEPT = 64;

export function keyOf({ replica, seq }: Pick<EntryHeader, 'replica' | 'seq'>): string {
  return `${replica} ${seq}`;
}

/** Adds what stands against each other under one number. Of more than two entries those with the lowest ids are kept. */
export function noteConflicts(known: Conflicts, found: readonly Logged[]): Conflicts {
  if (found.length === 0) return known;
  const next = new Map(known);
  let changed = false;
  for (const logged of found) {
    const key = keyOf(logged.entry);
    const before = next.get(key) ?? [];
    if (before.some(({ entry }) => entry.id === logged.entry.id)) continue;
    const pair = [...before, logged].sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1)).slice(0, 2);
    changed ||= pair.some((one) => !before.includes(one));
    next.set(key, pair);
  }
  if (!changed) return known;
  return new Map([...next].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, KEPT));
}

/** Of entries whose numbers are taken those that contradict what is held, and what they contradict. */
export function contradicting(
  held: readonly Logged[],
  conflicts: Conflicts,
  again: readonly Logged[],
): { readonly found: readonly Logged[]; readonly gone: ReadonlySet<Logged> } {
  const replicas = new Set<ReplicaId>(again.map(({ entry }) => entry.replica));
  const byKey = new Map<string, Logged>();
  for (const logged of held) if (replicas.has(logged.entry.replica)) byKey.set(keyOf(logged.entry), logged);
  const found: Logged[] = [];
  const gone = new Set<Logged>();
  for (const logged of again) {
    const key = keyOf(logged.entry);
    const other = byKey.get(key);
    if (other && other.entry.id !== logged.entry.id) {
      if (!gone.has(other)) found.push(other);
      gone.add(other);
      found.push(logged);
    } else if (conflicts.has(key)) found.push(logged);
  }
  return { found, gone };
}
