import { CLOCK_ZERO, type Clock } from '../../protocol/clock.ts';
import type { Entry } from '../../protocol/entry.ts';
import type { Author, ControlFrame, EntryFrame, Member } from '../../protocol/frames.ts';
import type { Have, Ranges } from '../../protocol/have.ts';
import type { EntryId, ReplicaId, RoomName } from '../../protocol/ids.ts';
import type { Cursor, JoinReply, RoomSettings } from '../../protocol/join.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { EMPTY_LOG, type Log, type Logged } from './log.ts';
import type { Numbered, Outgoing } from './outbox.ts';
import type { Barred, Notice } from './view.ts';

/** What this client knows of its path to the relay. */
export type Relay =
  | { readonly state: 'down'; readonly since: number; readonly retryAt?: number }
  | {
      readonly state: 'joined';
      /** How far this copy follows the relay's log without a gap. */
      readonly position: { readonly epoch: string; readonly offset: number };
      /** When a page was asked for that has not come yet, local ms. */
      readonly fetchedAt: number | undefined;
    };

/** An open DataChannel to a replica. Usable once its hello has come. */
export type Link = { readonly state: 'greeting' } | { readonly state: 'ready'; readonly author: Author };

/** A client's whole room state. Plain data; only `step` makes new ones. */
export interface State {
  readonly room: RoomName;
  readonly self: ReplicaId;
  readonly name: string | undefined;
  readonly phase: 'naming' | 'open' | 'left';
  readonly clock: Clock;
  /** Relay's wall clock minus this client's, ms. */
  readonly skew: number;
  /** Last sequence number given out, and the id of that entry. */
  readonly seq: number;
  readonly prev: EntryId | null;
  readonly log: Log;
  readonly outbox: readonly Outgoing[];
  readonly relay: Relay;
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
  /** Which of my entries each replica has said it holds. */
  readonly acked: ReadonlyMap<ReplicaId, Ranges>;
  /** Authors to whom an ack is due, and since when the oldest waits (local ms). */
  readonly ackDue: ReadonlySet<ReplicaId>;
  readonly ackAt: number | undefined;
  /** When each replica's typing expires, local ms. */
  readonly typing: ReadonlyMap<ReplicaId, number>;
  /** My own typing: when it was last announced, and when it ends. */
  readonly myTyping: { readonly announcedAt: number; readonly endsAt: number } | undefined;
  readonly earlier: boolean;
  readonly visible: boolean;
  readonly unread: number;
  readonly firstUnread: string | undefined;
  readonly browserOfflineSince: number | undefined;
  readonly notices: readonly Notice[];
  readonly barred: Barred | undefined;
  /** When the runtime was last asked to tick, local ms. */
  readonly wakeAt: number | undefined;
}

/** What the store gives back when a room is opened. */
export interface Snapshot {
  readonly name?: string | undefined;
  readonly seq: number;
  readonly prev: EntryId | null;
  readonly clock: Clock;
  readonly cursor?: Cursor | undefined;
  readonly have: Have;
  readonly acked: ReadonlyMap<ReplicaId, Ranges>;
  readonly entries: readonly Logged[];
  readonly outbox: readonly Outgoing[];
}

/** Local wall clock (ms) and a uniform number in [0, 1), drawn at the edge for every input. */
export interface Stamp {
  readonly at: number;
  readonly random: number;
}

export type Event =
  | { readonly type: 'named'; readonly name: string }
  | { readonly type: 'composed'; readonly draft: string; readonly text: string }
  | { readonly type: 'retried'; readonly key: string }
  | { readonly type: 'discarded'; readonly key: string }
  | { readonly type: 'typed' }
  | { readonly type: 'left' }
  | { readonly type: 'visible'; readonly visible: boolean }
  | { readonly type: 'browser'; readonly online: boolean }
  | { readonly type: 'noticed'; readonly notice: Notice }
  | { readonly type: 'sealed'; readonly entries: readonly { readonly draft: string; readonly entry: Entry }[] }
  /** The store holds these numbered messages durably. */
  | { readonly type: 'stored'; readonly drafts: readonly string[] }
  /** This client speaks as a new replica from now on. */
  | { readonly type: 'renewed'; readonly self: ReplicaId }
  | { readonly type: 'relay-joined'; readonly reply: JoinReply; readonly now: number }
  | { readonly type: 'relay-down'; readonly retryAt?: number | undefined }
  /** This client has closed all its paths itself; none of them is heard from any more. */
  | { readonly type: 'disconnected' }
  | { readonly type: 'relay-barred'; readonly code: RefusalCode; readonly message: string }
  | { readonly type: 'relay-acked'; readonly id: EntryId }
  | {
      readonly type: 'relay-refused';
      readonly id: EntryId;
      readonly code: RefusalCode;
      readonly retryAfter?: number | undefined;
    }
  | { readonly type: 'link-opened'; readonly replica: ReplicaId }
  | { readonly type: 'link-closed'; readonly replica: ReplicaId }
  /** Entries whose ids the edge has verified. */
  | { readonly type: 'entries'; readonly via: Via; readonly frames: readonly EntryFrame[] }
  | { readonly type: 'control'; readonly via: Via; readonly frame: ControlFrame }
  | { readonly type: 'tick' };

export type Input = Stamp & Event;

/** Where bytes came from: the relay, or the link to a replica. */
export type Via = 'relay' | ReplicaId;

/** The durable part of the state that is not an entry or an outgoing message. */
export interface Meta {
  readonly name: string | undefined;
  readonly seq: number;
  readonly prev: EntryId | null;
  readonly clock: Clock;
  readonly cursor: Cursor | undefined;
  readonly have: Have;
  readonly acked: ReadonlyMap<ReplicaId, Ranges>;
}

export type StoreChange =
  | { readonly type: 'meta'; readonly meta: Meta }
  | { readonly type: 'entries'; readonly entries: readonly Logged[] }
  | { readonly type: 'withdrawn'; readonly entry: Entry }
  | { readonly type: 'outgoing'; readonly items: readonly Outgoing[] }
  | { readonly type: 'settled'; readonly drafts: readonly string[] };

export type RelayChannel = 'room' | 'presence' | ReplicaId;

export type Effect =
  | {
      readonly type: 'seal';
      readonly self: ReplicaId;
      readonly prev: EntryId | null;
      readonly messages: readonly Numbered[];
    }
  /** `confirm`: drafts to report as `stored` once the write is durable. */
  | { readonly type: 'persist'; readonly changes: readonly StoreChange[]; readonly confirm?: readonly string[] }
  | { readonly type: 'send-relay'; readonly channel: RelayChannel; readonly frame: EntryFrame | ControlFrame }
  | { readonly type: 'send-link'; readonly replica: ReplicaId; readonly frame: EntryFrame | ControlFrame }
  /** Keep links with these replicas; `fresh` are newly heard of and worth a try at once. */
  | {
      readonly type: 'mesh';
      readonly replicas: readonly ReplicaId[];
      readonly fresh: readonly ReplicaId[];
      readonly open: boolean;
    }
  /** The store has lost numbers of this replica that others know: become a new one. */
  | { readonly type: 'renew' }
  | { readonly type: 'wake'; readonly at: number | undefined };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export function initialState(room: RoomName, self: ReplicaId, snapshot: Snapshot | undefined, at: number): State {
  return {
    room,
    self,
    name: snapshot?.name,
    phase: snapshot?.name === undefined ? 'naming' : 'open',
    clock: snapshot?.clock ?? CLOCK_ZERO,
    skew: 0,
    seq: snapshot?.seq ?? 0,
    prev: snapshot?.prev ?? null,
    log: snapshot ? { order: snapshot.entries, have: snapshot.have } : EMPTY_LOG,
    outbox: snapshot?.outbox ?? [],
    relay: { state: 'down', since: at },
    settings: undefined,
    cursor: snapshot?.cursor,
    members: new Map(),
    count: 0,
    links: new Map(),
    meshOpen: true,
    wanted: [],
    acked: snapshot?.acked ?? new Map(),
    ackDue: new Set(),
    ackAt: undefined,
    typing: new Map(),
    myTyping: undefined,
    earlier: false,
    visible: false,
    unread: 0,
    firstUnread: undefined,
    browserOfflineSince: undefined,
    notices: [],
    barred: undefined,
    wakeAt: undefined,
  };
}
