import type { Entry } from '../../protocol/entry.ts';
import type { Author, EntryFrame } from '../../protocol/frames.ts';
import type { Have, HaveRecord } from '../../protocol/have.ts';
import type { EntryId, ReplicaId, RoomName } from '../../protocol/ids.ts';
import type { Cursor } from '../../protocol/join.ts';
import type { Refused } from '../../protocol/result.ts';

/** A value, or a promise of it: what is in this process is there at once, and nothing comes between. */
export type Soon<T> = T | Promise<T>;

/**
 * What came of an append. `appended` without a frame: the log itself brings it to the room's channel. `known` without
 * an offset: held once, trimmed since. `unavailable`: whether it is in the log is not known; it may be tried again.
 */
export type Appended =
  | {
      readonly type: 'appended';
      readonly frame: EntryFrame | undefined;
      readonly epoch: string;
      readonly offset: number;
    }
  | There;

/** What is there of an entry before it is appended. `new`: nothing. */
export type Found = There | { readonly type: 'new' };

type There =
  | {
      readonly type: 'known';
      readonly epoch: string;
      readonly offset: number | undefined;
      /** Another entry's, which stands for the same draft. */
      readonly id?: EntryId;
    }
  | { readonly type: 'conflict' }
  | { readonly type: 'unavailable'; readonly refusal: Refused };

/** A run of the log in its order. */
export interface Page {
  readonly entries: readonly EntryFrame[];
  /** There is more in the direction in which the page was asked for. */
  readonly more: boolean;
}

/** What somebody who joins asks of the log. */
export interface Request {
  readonly cursor: Cursor | undefined;
  readonly have: Have;
  /** Whose ranges are to be named. */
  readonly replicas: ReadonlySet<ReplicaId>;
  /** Whether entries are wanted at all. */
  readonly entries: boolean;
}

/** What the log says to somebody who joins, all of one moment. */
export interface Opening extends Page {
  /** The cursor matched: `entries` go on from it. */
  readonly recovered: boolean;
  readonly epoch: string;
  /** The last offset given out; 0 for none. */
  readonly offset: number;
  /** The lowest offset still held. */
  readonly floor: number;
  readonly have: HaveRecord;
}

export type Stamped<T> = T & { readonly epoch: string };

/** The relay's copy of one room's log, wherever it is: offsets 1, 2, 3 …, the newest kept within bounds. */
export interface RoomLog {
  /** Whether just this entry is known to be held now. A log that is elsewhere may not know. */
  holds(entry: Entry): boolean;
  /**
   * What `append` would answer, and adds nothing: also where `holds` does not know. With a `draft`, what stands for that,
   * whatever its number.
   */
  find(entry: Entry, draft?: string): Soon<Found>;
  /**
   * Adds an entry once: the same replica and sequence again is known, or in conflict if it says something else. Entries
   * are added, and answered, in the order in which that was asked for. With a `draft`, once for each draft of the
   * replica, as far as the log reaches back: it is known under another number, too.
   */
  append(entry: Entry, author: Author, now: number, draft?: string): Soon<Appended>;
  /** Knows an entry as one that it held and dropped, so that nobody gives it again. */
  forgo(entry: Entry): Soon<void>;
  /** Undefined where the log can't be read now. */
  after(offset: number): Soon<Stamped<Page> | undefined>;
  before(offset: number): Soon<Stamped<Page> | undefined>;
  /**
   * Looks up what a join asks. The answer is asked for by a call, in the same turn in which the joiner is subscribed:
   * it holds what has come until then, so that nothing falls between it and the first message of the channel.
   */
  open(request: Request, now: number): Soon<(() => Opening) | undefined>;
}

/** The logs of all rooms. */
export interface Logs {
  /** Bytes held in this process. */
  readonly bytes: number;
  open(room: RoomName): RoomLog;
  /** Whether a room without members is to be remembered for what its log holds. */
  keeps(room: RoomName): boolean;
  /** The room is forgotten. */
  close(room: RoomName): void;
  /** Drops what is too old. */
  sweep(now: number): void;
}
