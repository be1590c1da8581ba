import { compareEntries, type Entry, type EntryHeader } from '../../protocol/entry.ts';
import type { Author, Opened } from '../../protocol/frames.ts';
import { addSeq, type Have, hasSeq, type Ranges } from '../../protocol/have.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import { type Amendments, forgetAmendments, noteAmendments } from './amendments.ts';
import { type Conflicts, contradicting, keyOf, noteConflicts } from './conflicts.ts';
import { EMPTY_RULEBOOK, forgetRulings, isRuling, noteRulings, type Rulebook } from './rulebook.ts';
import { overflow } from './window.ts';

/** An entry in this copy of the log, with its author as its certificate names them. */
export interface Logged {
  readonly entry: Entry;
  readonly author: Author;
  /** In an encrypted room: what became of the payload. It is not stored, and follows from the keys that are held. */
  readonly opened?: Opened;
}

export function loggedOf(entry: Entry, author: Author, opened: Opened | undefined): Logged {
  return opened ? { entry, author, opened } : { entry, author };
}

/**
 * A grow-only set of entries in shown order, without those that contradict each other. Merging is commutative, associative
 * and idempotent.
 */
export interface Log {
  /** The newest entries, as many as window.ts allows, by clock, replica, sequence. */
  readonly order: readonly Logged[];
  /** What this copy holds or held; outlives the window, so what fell out of it is not taken again. */
  readonly have: Have;
  /** Of the entries in `order`, those that change others. */
  readonly amendments: Amendments;
  readonly conflicts: Conflicts;
  readonly rulebook: Rulebook;
}

/** Replicas whose ranges are kept, the longest silent forgotten first: of those the entries in the window still tell. */
export const HAVE_REPLICAS = 2_000;

/** Sets a value as the newest of a map that keeps at most so many. */
export function remember<K, T>(map: Map<K, T>, key: K, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > most && !oldest.done) map.delete(oldest.value);
}

export const EMPTY_LOG: Log = {
  order: [],
  have: new Map(),
  amendments: new Map(),
  conflicts: new Map(),
  rulebook: EMPTY_RULEBOOK,
};

/**
 * A log of stored entries, which stand in shown order. Those that contradict each other were stored as the proof of it.
 *
 * @param rulings older than the stored entries
 */
export function logOf(stored: readonly Logged[], have: Have, rulings: readonly Logged[] = []): Log {
  const seen = new Map<string, Logged>();
  const again = stored.filter((logged) => {
    const key = keyOf(logged.entry);
    const isFirst = !seen.has(key);
    if (isFirst) seen.set(key, logged);
    return !isFirst;
  });
  const known = noteRulings(EMPTY_RULEBOOK, rulings);
  if (again.length === 0) {
    const amendments = noteAmendments(new Map(), stored);
    return { order: stored, have, amendments, conflicts: new Map(), rulebook: noteRulings(known, stored) };
  }
  const { found, gone } = contradicting([...seen.values()], new Map(), again);
  const order = [...seen.values()].filter((logged) => !gone.has(logged));
  const conflicts = noteConflicts(new Map(), found);
  return {
    order,
    have,
    amendments: noteAmendments(new Map(), order),
    conflicts,
    rulebook: noteRulings(known, order),
  };
}

/** What a merge has made of a log. */
export interface Merged {
  readonly log: Log;
  /** Those that the log did not hold, in shown order. */
  readonly added: readonly Logged[];
  /** Those that contradict what it holds: they and that are shown no more. */
  readonly refuted: readonly Logged[];
  /** Those that there is no room for any more. */
  readonly dropped: readonly Logged[];
}

/** Merges entries. This is where duplicates end, and whatever says two things under one number. */
export function mergeEntries(log: Log, incoming: readonly Logged[]): Merged {
  const have = new Map(log.have);
  const fresh: Logged[] = [];
  const again: Logged[] = [];
  for (const logged of incoming) {
    const { entry } = logged;
    const known = find(log, entry);
    if (known?.entry.id === entry.id) continue;
    if (known || hasSeq(have.get(entry.replica), entry.seq) || isRefuted(log, entry)) {
      again.push(logged);
      continue;
    }
    remember(have, entry.replica, addSeq(have.get(entry.replica), entry.seq), HAVE_REPLICAS);
    fresh.push(logged);
  }
  if (fresh.length === 0 && again.length === 0) return { log, added: [], refuted: [], dropped: [] };
  const { found, gone } =
    again.length > 0 ? contradicting([...log.order, ...fresh], log.conflicts, again) : NO_CONTRADICTION;
  const conflicts = noteConflicts(log.conflicts, found);
  const refuted =
    conflicts === log.conflicts ? [] : found.filter((logged) => again.includes(logged) || fresh.includes(logged));
  const added = fresh.filter((logged) => !gone.has(logged)).sort((a, b) => compareEntries(a.entry, b.entry));
  if (added.length === 0 && gone.size === 0) {
    const unchanged = fresh.length === 0 && conflicts === log.conflicts;
    return { log: unchanged ? log : { ...log, have, conflicts }, added, refuted, dropped: [] };
  }
  const left = gone.size > 0 ? log.order.filter((logged) => !gone.has(logged)) : log.order;
  const all = mergeSorted(left, added);
  const old = overflow(all, added);
  const isKept = (logged: Logged) => !old.has(logged);
  const order = old.size > 0 ? all.filter(isKept) : all;
  const amendments = forgetAmendments(noteAmendments(log.amendments, added), [...old, ...gone]);
  const rulebook = noteRulings(forgetRulings(log.rulebook, gone), added);
  const heard = old.size > 0 ? added.filter((logged) => isKept(logged) || isRuling(logged)) : added;
  return { log: { order, have, amendments, conflicts, rulebook }, added: heard, refuted, dropped: [...old] };
}

/** Also where its number is not held: who went on as a new replica forgets numbers of the one before. */
function isRefuted({ conflicts }: Log, entry: Entry): boolean {
  return conflicts.size > 0 && conflicts.has(keyOf(entry));
}

const NO_CONTRADICTION: ReturnType<typeof contradicting> = { found: [], gone: new Set() };

/** Puts a void of one's own where an entry was withdrawn: its number counts as held already. */
export function insertOwn(log: Log, logged: Logged): Log {
  return find(log, logged.entry) ? log : { ...log, order: mergeSorted(log.order, [logged]) };
}

/** Takes an entry of one's own out of the shown order (it was refused); its number stays used. */
export function withdraw(log: Log, entry: EntryHeader): Log {
  const at = position(log.order, entry);
  const found = log.order[at];
  if (!found || compareEntries(found.entry, entry) !== 0) return log;
  return {
    ...log,
    order: [...log.order.slice(0, at), ...log.order.slice(at + 1)],
    amendments: forgetAmendments(log.amendments, [found]),
    rulebook: forgetRulings(log.rulebook, new Set([found])),
  };
}

/** Entries that a copy with this `have` lacks, newest first. */
export function lacking(log: Log, have: Have): readonly Logged[] {
  return log.order.filter(({ entry }) => !hasSeq(have.get(entry.replica), entry.seq)).reverse();
}

/** A `have` may take this much of a frame, in UTF-16 code units of its JSON. */
const HAVE_LENGTH = 16 * 1024;

/** `have` cut to the replicas of the newest entries, so that it fits a frame: less than is held costs resends alone. */
export function haveWithin(log: Log, limit: number, self: ReplicaId): Have {
  const picked = new Map<ReplicaId, Ranges>();
  let length = 0;
  const take = (replica: ReplicaId) => {
    const ranges = log.have.get(replica);
    if (!ranges || picked.has(replica) || length > HAVE_LENGTH) return;
    length += 30 + JSON.stringify(ranges).length;
    picked.set(replica, ranges);
  };
  take(self);
  for (let i = log.order.length - 1; i >= 0 && picked.size < limit; i -= 1) {
    const logged = log.order[i];
    if (logged) take(logged.entry.replica);
  }
  return picked;
}

/** The logged entry that this header stands for, if it is held. */
export function find(log: Log, entry: EntryHeader): Logged | undefined {
  const found = log.order[position(log.order, entry)];
  return found && compareEntries(found.entry, entry) === 0 ? found : undefined;
}

/** The index of the first entry that does not sort before `entry`. */
function position(order: readonly Logged[], entry: EntryHeader): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const probe = order[middle];
    if (probe && compareEntries(probe.entry, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mergeSorted(order: readonly Logged[], added: readonly Logged[]): readonly Logged[] {
  const first = added[0];
  if (!first) return order;
  const split = position(order, first.entry);
  const tail = [...order.slice(split), ...added].sort((a, b) => compareEntries(a.entry, b.entry));
  return [...order.slice(0, split), ...tail];
}
