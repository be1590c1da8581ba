import type { Entry } from '../../protocol/entry.ts';
import type { ControlFrame, EntryFrame, Opened } from '../../protocol/frames.ts';
import type { EntryId, ReplicaId, UserId } from '../../protocol/ids.ts';
import type { JoinReply } from '../../protocol/join.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { Confirm } from './effects.ts';
import type { Composition } from './outbox.ts';
import type { Notice, RoomView } from './view.ts';

/** Local wall clock (ms) and a uniform number in [0, 1), drawn at the edge for every input. */
export interface Stamp {
  readonly at: number;
  readonly random: number;
}

/** A composition that has become an entry. */
export interface Sealed {
  readonly draft: string;
  readonly entry: Entry;
  /** In an encrypted room: what it says. */
  readonly opened?: Opened;
}

export type Event =
  | { readonly type: 'named'; readonly name: string }
  /** `draft` names the composition; one that is known already changes nothing. */
  | { readonly type: 'composed'; readonly draft: string; readonly content: Composition }
  | { readonly type: 'retried'; readonly key: string }
  | { readonly type: 'discarded'; readonly key: string }
  /** The visitor will not hear somebody, or will again. */
  | { readonly type: 'blocked'; readonly user: UserId; readonly name: string; readonly on: boolean }
  /** The visitor asks moderators to look at a message. */
  | { readonly type: 'reported'; readonly key: string; readonly reason?: string }
  /** A moderator has seen what was reported. */
  | { readonly type: 'dismissed'; readonly key: string }
  | { readonly type: 'typed' }
  /** The visitor wants older messages. */
  | { readonly type: 'earlier' }
  | { readonly type: 'left' }
  | { readonly type: 'visible'; readonly visible: boolean }
  | { readonly type: 'browser'; readonly online: boolean }
  | { readonly type: 'address'; readonly address: RoomView['address'] }
  | { readonly type: 'noticed'; readonly notice: Notice }
  | { readonly type: 'sealed'; readonly entries: readonly Sealed[] }
  /** There are other keys now: what became of these entries' payloads with them. */
  | { readonly type: 'opened'; readonly entries: ReadonlyMap<EntryId, Opened> }
  /** The store holds what a `persist` asked to have confirmed. */
  | ({ readonly type: 'stored' } & Confirm)
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
  /** The relay has made an entry of a draft, or has refused to. */
  | { readonly type: 'relay-said'; readonly draft: string; readonly id: EntryId }
  | {
      readonly type: 'relay-unsaid';
      readonly draft: string;
      readonly code: RefusalCode;
      readonly retryAfter?: number | undefined;
    }
  /** Without a relay: what the inviter's clock shows minus mine, ms. */
  | { readonly type: 'clock'; readonly skew: number }
  | { readonly type: 'link-opened'; readonly replica: ReplicaId }
  | { readonly type: 'link-closed'; readonly replica: ReplicaId }
  /** Entries whose ids the edge has verified. */
  | { readonly type: 'entries'; readonly via: Via; readonly frames: readonly EntryFrame[] }
  | { readonly type: 'control'; readonly via: Via; readonly frame: ControlFrame }
  | { readonly type: 'tick' };

export type Input = Stamp & Event;

/** Where bytes came from: the relay, or the link to a replica. */
export type Via = 'relay' | ReplicaId;
