import { LIMITS } from '../../protocol/limits.ts';
import type { Logged } from './log.ts';

/** Entries kept in memory and in the store, and the UTF-16 code units of what they say. Older ones stay in `have`. */
export const LOG_WINDOW = 10_000;
const LOG_LENGTH = 16 * 1024 * 1024;
/** Of these one author has at most so much: whoever fills a room with spam drives out their own, and nobody else's. */
export const AUTHOR_WINDOW = 4_000;
const AUTHOR_LENGTH = 8 * 1024 * 1024;
/** Fewer entries than this are never too long. */
const SHORT = AUTHOR_LENGTH / LIMITS.payloadLength;

/**
 * What a log in shown order has too much of: the oldest of an author who has too much, then the oldest of all.
 *
 * @param added what has come just now: only its authors can have too much
 */
export function overflow(order: readonly Logged[], added: readonly Logged[]): ReadonlySet<Logged> {
  const gone = new Set<Logged>();
  if (order.length <= SHORT) return gone;
  let length = lengthOf(order);
  if (order.length > AUTHOR_WINDOW || length > AUTHOR_LENGTH) {
    for (const user of new Set(added.map(({ author }) => author.user))) trimAuthor(order, user, gone);
    length -= lengthOf(gone);
  }
  let count = order.length - gone.size;
  for (const logged of order) {
    if (count <= LOG_WINDOW && length <= LOG_LENGTH) break;
    if (gone.has(logged)) continue;
    gone.add(logged);
    count -= 1;
    length -= logged.entry.payload.length;
  }
  return gone;
}

function trimAuthor(order: readonly Logged[], user: string, gone: Set<Logged>): void {
  let [count, length] = [0, 0];
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const logged = order[at];
    if (logged?.author.user !== user) continue;
    count += 1;
    length += logged.entry.payload.length;
    if (count > AUTHOR_WINDOW || length > AUTHOR_LENGTH) gone.add(logged);
  }
}

function lengthOf(entries: Iterable<Logged>): number {
  let length = 0;
  for (const { entry } of entries) length += entry.payload.length;
  return length;
}
