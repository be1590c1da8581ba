import type { Clock } from '../../protocol/clock.ts';
import type { Entry } from '../../protocol/entry.ts';
import type { ControlFrame, EntryFrame } from '../../protocol/frames.ts';
import type { Have } from '../../protocol/have.ts';
import type { EntryId, ReplicaId, UserId } from '../../protocol/ids.ts';
import type { Cursor } from '../../protocol/join.ts';
import type { Body } from '../../protocol/payloads.ts';
import type { Logged } from './log.ts';
import type { Numbered, Outgoing } from './outbox.ts';
import type { Reached, Receipt, State } from './state.ts';
import type { AwayView } from './view.ts';

/** The durable part of the state that is not an entry or an outgoing message. */
export interface Meta {
  readonly self: ReplicaId | undefined;
  readonly formerly: readonly ReplicaId[];
  readonly name: string | undefined;
  readonly seq: number;
  readonly prev: EntryId | null;
  readonly clock: Clock;
  readonly cursor: Cursor | undefined;
  readonly have: Have;
  readonly receipts: ReadonlyMap<ReplicaId, Receipt>;
  readonly seen: ReadonlyMap<ReplicaId, number>;
  readonly away: ReadonlyMap<ReplicaId, AwayView>;
  readonly reached: Reached;
  readonly earlier: boolean;
  /** Absent in what an earlier version stored. */
  readonly rulings?: readonly Logged[];
  readonly blocked?: ReadonlyMap<UserId, string>;
}

export type StoreChange =
  | { readonly type: 'meta'; readonly meta: Meta }
  | { readonly type: 'entries'; readonly entries: readonly Logged[] }
  | { readonly type: 'withdrawn'; readonly entry: Entry }
  | { readonly type: 'outgoing'; readonly items: readonly Outgoing[] }
  | { readonly type: 'settled'; readonly drafts: readonly string[] };

/** What to report as `stored` once a write is done. */
export interface Confirm {
  /** Messages of mine that have their numbers: the write must be durable. */
  readonly drafts?: readonly string[];
  /** Entries of others: it is enough that the store has taken them. */
  readonly entries?: readonly EntryId[];
}

/** What the core alone can tell of how well the paths do. */
export type Observed =
  | { readonly type: 'duplicate'; readonly path: 'link' | 'relay' }
  | { readonly type: 'retry'; readonly attempt: number };

export type RelayChannel = 'room' | 'presence' | ReplicaId;

export type Effect =
  | {
      readonly type: 'seal';
      readonly self: ReplicaId;
      readonly prev: EntryId | null;
      readonly messages: readonly Numbered[];
    }
  | { readonly type: 'persist'; readonly changes: readonly StoreChange[]; readonly confirm?: Confirm }
  | { readonly type: 'send-relay'; readonly channel: RelayChannel; readonly frame: EntryFrame | ControlFrame }
  /** Have the relay make an entry of it, as this client has no key. */
  | { readonly type: 'say'; readonly draft: string; readonly body: Body }
  | { readonly type: 'send-link'; readonly replica: ReplicaId; readonly frame: EntryFrame | ControlFrame }
  /** Keep links with these replicas; `fresh` are newly heard of and worth a try at once. */
  | {
      readonly type: 'mesh';
      readonly replicas: readonly ReplicaId[];
      readonly fresh: readonly ReplicaId[];
      readonly open: boolean;
    }
  /** Its other side is not to be heard any more. */
  | { readonly type: 'drop-link'; readonly replica: ReplicaId }
  /** The store has lost numbers of this replica that others know: become a new one. */
  | { readonly type: 'renew' }
  /** Join the relay again on the same session. */
  | { readonly type: 'rejoin' }
  | { readonly type: 'observed'; readonly observation: Observed }
  | { readonly type: 'wake'; readonly at: number | undefined };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}
