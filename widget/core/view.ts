import type { Author } from '../../protocol/frames.ts';
import type { ReplicaId, RoomName, UserId } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';

/** How the room's bytes travel now; the words of the path chip. */
export type Path = 'connecting' | 'waiting' | 'direct' | 'mixed' | 'relayed' | 'offline';

/** Of my own message. Never moves backwards, but for `failed`, from which a retry starts again. */
export type Status = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';

/** One emoji under a message, and who put it there. */
export interface ReactionView {
  readonly emoji: string;
  readonly authors: readonly Author[];
  readonly mine: boolean;
}

/**
 * Why a message of an encrypted room is not shown: it is locked with a key that is not held here, what it says was damaged,
 * or it was not encrypted, so that anybody may have written it.
 */
export type Mark = 'locked' | 'damaged' | 'plain';

export interface MessageView {
  /** Stable over a message's life, from draft to log: the key of its row. */
  readonly key: string;
  readonly author: Author;
  readonly mine: boolean;
  /** Empty where `deleted`. */
  readonly text: string;
  /** Wall clock of the author, ms since 1970. */
  readonly at: number;
  readonly edited: boolean;
  /** It can't be shown, and why: its text is empty. Absent where it can. */
  readonly mark?: Mark;
  /** Set where `mark` is `locked`: the id of the key that would open it. */
  readonly lockedBy?: string;
  /** Its author has taken it back: a row without text is left. */
  readonly deleted: boolean;
  /** In the order in which each emoji first came. */
  readonly reactions: readonly ReactionView[];
  /** Set where `mine`: members who have read up to here and no further, for a small "seen by". */
  readonly seenBy: readonly Author[];
  /** Set where `mine`. */
  readonly status?: Status;
  /** Why it failed, where a coded refusal did it; absent when it was given up after 24 h. */
  readonly refusal?: RefusalCode;
}

export interface MemberView extends Author {
  readonly replica: ReplicaId;
  /** A moderator has silenced them for a while. */
  readonly muted: boolean;
  readonly self: boolean;
  /** A direct link to them is open. */
  readonly linked: boolean;
}

/** Somebody who was here and is not now. */
export interface AwayView extends Author {
  /** When they were last here, ms since 1970. */
  readonly seenAt: number;
}

/** What a visitor must be told about the connection; the UI decides when (at once, or after 5 s). */
export type ConnectionView =
  | { readonly state: 'online' }
  /** `retryAt` (ms since 1970): when the next try begins, absent while one is under way. */
  | { readonly state: 'down'; readonly since: number; readonly retryAt?: number }
  | { readonly state: 'browser-offline'; readonly since: number };

/** Said once, as a plain sentence. */
export type Notice = 'storage-unavailable' | 'insecure-context' | 'damaged-key' | 'not-a-moderator';

/** Whether this visitor may write now, and if not why. `until`: ms since 1970, by this device's clock. */
export type WritingView =
  | { readonly state: 'open' | 'banned' | 'read-only' }
  | { readonly state: 'muted' | 'slow'; readonly until: number };

/** What moderators have set for the whole room. */
export interface RulesView {
  /** Seconds between two messages of one person; 0: no wait. */
  readonly slow: number;
  readonly readOnly: boolean;
  readonly locked: boolean;
}

/** Somebody whom a moderator keeps out, or from writing. */
export interface SilencedView {
  readonly user: UserId;
  readonly name: string;
  readonly why: 'banned' | 'muted';
}

/** A message that somebody has brought to the moderators' notice. */
export interface ReportView {
  readonly key: string;
  readonly by: Author;
  /** As it stands here; undefined where this copy does not hold it. */
  readonly author: Author | undefined;
  readonly text: string;
  readonly reason: string | undefined;
}

/** Why the relay will not have this visitor; the room stays readable. */
export interface Barred {
  readonly code: RefusalCode;
  readonly message: string;
}

/** Everything the UI shows, derived from the room's state. Immutable; unchanged parts keep their identity. */
export interface RoomView {
  readonly room: RoomName;
  /** It has no relay: people come by codes, and nobody but their keys says who they are. */
  readonly local: boolean;
  /** `loading` until the store has answered; `locked` while the key of an encrypted room is asked for; `naming` until a name is known; `open` in the room; `left` after Leave. */
  readonly phase: 'loading' | 'locked' | 'naming' | 'open' | 'left';
  readonly self: { readonly replica: ReplicaId; readonly name: string } | undefined;
  readonly path: Path;
  readonly connection: ConnectionView;
  /**
   * Whether direct links show others this visitor's network address, or go by TURN servers since the visitor wants it
   * hidden. `guarded`: the page sees to that, or there are no links here.
   */
  readonly address: 'shown' | 'hidden' | 'guarded';
  /** Present now, self first, then by name. In rooms of over 100 a part of them; `count` is the truth. */
  readonly members: readonly MemberView[];
  readonly count: number;
  /** Who was here lately, the last seen first. */
  readonly away: readonly AwayView[];
  readonly messages: readonly MessageView[];
  /** Older messages than the first shown are known to exist somewhere. */
  readonly earlier: boolean;
  /** Older messages have been asked for and are on their way. */
  readonly loadingEarlier: boolean;
  readonly typing: readonly Author[];
  /** Messages of others that came while the panel was not visible. */
  readonly unread: number;
  /** Key of the first message that was unread when the panel was last shown. */
  readonly firstUnread: string | undefined;
  readonly notices: readonly Notice[];
  /** The visitor is a moderator. */
  readonly moderates: boolean;
  readonly writing: WritingView;
  readonly rules: RulesView;
  /** Whom moderators can let speak or in again, the newest last. */
  readonly silenced: readonly SilencedView[];
  /** Whom this visitor does not want to hear. */
  readonly blocked: readonly Pick<Author, 'user' | 'name'>[];
  /** For moderators, the newest last. */
  readonly reports: readonly ReportView[];
  readonly barred: Barred | undefined;
}

/** Who holds a message, since when and how it went there; what the details of a message show. */
export interface MessageDetails {
  readonly key: string;
  /** How a message of somebody else came here; absent for one's own and for what was stored. */
  readonly arrived: { readonly at: number; readonly path: 'link' | 'relay' } | undefined;
  /** For a message of one's own: the relay's log has it. */
  readonly relayed: boolean;
  /** For a message of one's own: members who said that they hold it, and present ones who have not. */
  readonly receipts: readonly ReceiptView[];
  /** In rooms where only a sample of the members answers: about how many have read it. */
  readonly readers: number | undefined;
}

export interface ReceiptView extends Author {
  readonly held: boolean;
  readonly read: boolean;
  /** When this client learned it and by which path, where that was in this session. */
  readonly at?: number;
  readonly path?: 'link' | 'relay';
}
