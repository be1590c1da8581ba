import { CLOCK_ZERO, type Clock } from '../../protocol/clock.ts';
import type { EntryHeader } from '../../protocol/entry.ts';
import type { Author, EntryFrame, Member } from '../../protocol/frames.ts';
import type { Have, Ranges } from '../../protocol/have.ts';
import type { EntryId, ReplicaId, RoomName, UserId } from '../../protocol/ids.ts';
import type { Cursor, RoomSettings } from '../../protocol/join.ts';
import { EMPTY_LOG, type Log, type Logged, logOf } from './log.ts';
import { type Outgoing, reloaded } from './outbox.ts';
import type { Pace } from './pace.ts';
import type { AwayView, Barred, Notice, RoomView } from './view.ts';

/** What this client knows of its path to the relay. */
export type Relay =
  | { readonly state: 'down'; readonly since: number; readonly retryAt?: number }
  /** The room has none: links are all there is. */
  | { readonly state: 'none' }
  | {
      readonly state: 'joined';
      /** Local ms. */
      readonly since: number;
      /** How far this copy follows the relay's log without a gap. */
      readonly position: { readonly epoch: string; readonly offset: number; readonly id: EntryId | undefined };
      /** Older entries that this copy may lack are being asked for; the cursor waits until they are here. */
      readonly healing: boolean;
      /** When a page was asked for that has not come yet, local ms. */
      readonly fetchedAt: number | undefined;
      /** The lowest offset this copy has seen of the relay's. */
      readonly oldest: number;
      /** What the relay is known to hold or to have held. */
      readonly has: Have;
    };

/** An open DataChannel to a replica. Usable once its hello has come. */
export type Link =
  | { readonly state: 'greeting' }
  /** `hellos`: how often the peer has said what it holds since then (local ms). */
  | { readonly state: 'ready'; readonly author: Author; readonly since: number; readonly hellos: number };

/** What a replica has said of my entries. */
export interface Receipt {
  /** Which of them it holds. */
  readonly held: Ranges;
  /** Up to which of them its visitor has read; 0 for none. */
  readonly read: number;
}

/** Which of my entries anybody has said to hold, and to have read: statuses never fall back, whoever is forgotten. */
export interface Reached {
  readonly delivered: Ranges;
  readonly read: Ranges;
}

/** When something was learned, local ms, and how. */
export interface Fact {
  readonly at: number;
  readonly path: 'link' | 'relay';
}

/** Somebody asks moderators to look at a message. */
export interface Report {
  readonly target: EntryId;
  readonly by: Author;
  readonly reason: string | undefined;
}

/** A client's whole room state. Plain data; only `step` makes new ones. */
export interface State {
  readonly room: RoomName;
  readonly self: ReplicaId;
  /** Without a key: the relay numbers and signs, as a replica that it hosts and names when it is joined. */
  readonly hosted: boolean;
  /** Replicas that this client was, the last one last. */
  readonly formerly: readonly ReplicaId[];
  readonly name: string | undefined;
  readonly phase: 'naming' | 'open' | 'left';
  readonly clock: Clock;
  /** Relay's wall clock minus this client's, ms. */
  readonly skew: number;
  /** Last sequence number given out, and the id of that entry. */
  readonly seq: number;
  readonly prev: EntryId | null;
  /**
   * Whether it is known that nobody holds later numbers of mine than the store gave back (it may have been rolled back).
   * Until then (local ms; set when a path is up) somebody may say so, and nothing is numbered.
   */
  readonly numbering:
    | { readonly state: 'safe' }
    /** `heard`: members who have shown no later number of mine. */
    | { readonly state: 'unproven'; readonly until: number | undefined; readonly heard: readonly ReplicaId[] }
    /** A new replica since others hold later numbers: what waits here may be among what they are about to give. */
    | { readonly state: 'renewed'; readonly until: number | undefined }
    /** Others hold what I do not know to be mine: nothing is numbered before this is a new replica. */
    | {
        readonly state: 'lost' /** The first number known to stand for another entry of mine. */;
        readonly from?: number;
      };
  readonly log: Log;
  /** Entries of others in the log that the store does not hold yet: nobody is told that they are here. */
  readonly unstored: ReadonlyMap<EntryId, Pick<EntryHeader, 'replica' | 'seq'>>;
  readonly outbox: readonly Outgoing[];
  readonly relay: Relay;
  readonly pace: Pace;
  /** As the relay last told them. */
  readonly settings: RoomSettings | undefined;
  readonly cursor: Cursor | undefined;
  /** As the relay lists them, self included; stale while the relay is down. */
  readonly members: ReadonlyMap<ReplicaId, Member>;
  readonly count: number;
  readonly links: ReadonlyMap<ReplicaId, Link>;
  /** Whether the room is small enough for links; closes over the mesh size, reopens two below it. */
  readonly meshOpen: boolean;
  /** Replicas that the edge was last told to keep links with. */
  readonly wanted: readonly ReplicaId[];
  readonly receipts: ReadonlyMap<ReplicaId, Receipt>;
  readonly reached: Reached;
  /** Up to which number of each replica's entries my visitor has read. */
  readonly seen: ReadonlyMap<ReplicaId, number>;
  /** Who was here and is not now, the last seen last. */
  readonly away: ReadonlyMap<ReplicaId, AwayView>;
  /** For details: entries of others by id, and receipts as `replica seq`. */
  readonly facts: ReadonlyMap<string, Fact>;
  /** Entries from peers whose clock is too far ahead; they are taken when their time has come. */
  readonly parked: readonly EntryFrame[];
  /** Authors to whom an ack is due, and since when the oldest waits (local ms). */
  readonly ackDue: ReadonlySet<ReplicaId>;
  readonly ackAt: number | undefined;
  /** When each replica's typing expires, local ms. */
  readonly typing: ReadonlyMap<ReplicaId, number>;
  /** My own typing: when it was last announced, and when it ends. */
  readonly myTyping: { readonly announcedAt: number; readonly endsAt: number } | undefined;
  readonly earlier: boolean;
  /** When the visitor asked for older messages that have not come yet (local ms), and which member, if not the relay. */
  readonly earlierAsked: { readonly at: number; readonly peer: ReplicaId | undefined } | undefined;
  /** When to join the relay anew, which has said that its log is another one, local ms. */
  readonly rejoinAt: number | undefined;
  /** When to give the relay more of what it lacks, local ms. */
  readonly restoreAt: number | undefined;
  /** When to ask members without a link what they hold, local ms; and whom I have answered such a question when. */
  readonly askAt: number | undefined;
  readonly answered: ReadonlyMap<string, number>;
  /** Members who have more for me, and of what they gave what must be stored before they are asked for it. */
  readonly moreFrom: ReadonlyMap<ReplicaId, ReadonlySet<EntryId>>;
  /** Whom I have told what I hold, and when (local ms): what they send back is expected. */
  readonly asked: ReadonlyMap<ReplicaId, number>;
  readonly visible: boolean;
  readonly unread: number;
  readonly firstUnread: string | undefined;
  readonly browserOfflineSince: number | undefined;
  readonly address: RoomView['address'];
  readonly notices: readonly Notice[];
  /** Whom this visitor does not want to hear, by the name that they had. */
  readonly blocked: ReadonlyMap<UserId, string>;
  readonly reports: readonly Report[];
  readonly barred: Barred | undefined;
  /** When the runtime was last asked to tick, local ms. */
  readonly wakeAt: number | undefined;
}

/** What the store gives back when a room is opened. */
export interface Snapshot {
  /** Whose numbers these are. */
  readonly self?: ReplicaId | undefined;
  readonly formerly?: readonly ReplicaId[];
  readonly name?: string | undefined;
  readonly seq: number;
  readonly prev: EntryId | null;
  readonly clock: Clock;
  readonly cursor?: Cursor | undefined;
  readonly have: Have;
  readonly receipts: ReadonlyMap<ReplicaId, Receipt>;
  readonly seen: ReadonlyMap<ReplicaId, number>;
  readonly away: ReadonlyMap<ReplicaId, AwayView>;
  readonly reached?: Reached;
  readonly earlier?: boolean;
  readonly entries: readonly Logged[];
  /** Of moderators, from before these. */
  readonly rulings?: readonly Logged[];
  readonly blocked?: ReadonlyMap<UserId, string>;
  readonly outbox: readonly Outgoing[];
  /** From another tab, which led until now; not stored. */
  readonly unread?: number;
  readonly firstUnread?: string | undefined;
}

/** How a client takes part: with a key of its own by a relay, as one whom the relay signs for, or without a relay. */
export type Part = 'keyed' | 'hosted' | 'local';

/**
 * @param isKnown whether this replica has been here before: others may hold what it said, also where nothing is stored
 */
export function initialState(
  room: RoomName,
  self: ReplicaId,
  snapshot: Snapshot | undefined,
  at: number,
  isKnown = snapshot !== undefined,
  part: Part = 'keyed',
): State {
  return {
    room,
    self,
    hosted: part === 'hosted',
    formerly: formerlyIn(snapshot, self),
    name: snapshot?.name,
    phase: snapshot?.name === undefined ? 'naming' : 'open',
    clock: snapshot?.clock ?? CLOCK_ZERO,
    skew: 0,
    seq: snapshot?.seq ?? 0,
    prev: snapshot?.prev ?? null,
    numbering: isKnown && part !== 'hosted' ? { state: 'unproven', until: undefined, heard: [] } : { state: 'safe' },
    log: snapshot ? logOf(snapshot.entries, snapshot.have, snapshot.rulings) : EMPTY_LOG,
    unstored: new Map(),
    outbox: reloaded(snapshot?.outbox ?? []),
    relay: part === 'local' ? { state: 'none' } : { state: 'down', since: at },
    pace: undefined,
    settings: undefined,
    cursor: snapshot?.cursor,
    members: new Map(),
    count: 0,
    links: new Map(),
    meshOpen: true,
    wanted: [],
    receipts: snapshot?.receipts ?? new Map(),
    reached: snapshot?.reached ?? { delivered: [], read: [] },
    seen: snapshot?.seen ?? new Map(),
    away: snapshot?.away ?? new Map(),
    facts: new Map(),
    parked: [],
    ackDue: new Set(),
    ackAt: undefined,
    typing: new Map(),
    myTyping: undefined,
    earlier: snapshot?.earlier ?? false,
    earlierAsked: undefined,
    rejoinAt: undefined,
    restoreAt: undefined,
    askAt: undefined,
    answered: new Map(),
    moreFrom: new Map(),
    asked: new Map(),
    visible: false,
    unread: snapshot?.unread ?? 0,
    firstUnread: snapshot?.firstUnread,
    browserOfflineSince: undefined,
    address: 'shown',
    notices: [],
    blocked: snapshot?.blocked ?? new Map(),
    reports: [],
    barred: undefined,
    wakeAt: undefined,
  };
}

/** A page that died while it became this replica may have kept the numbers of the one before. */
function formerlyIn({ self: before, formerly = [] }: Partial<Snapshot> = {}, self: ReplicaId): readonly ReplicaId[] {
  return before === undefined || before === self ? formerly : [...formerly, before];
}
