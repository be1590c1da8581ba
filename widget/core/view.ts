import type { Author } from '../../protocol/frames.ts';
import type { ReplicaId, RoomName } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';

/** How the room's bytes travel now; the words of the path chip. */
export type Path = 'connecting' | 'waiting' | 'direct' | 'mixed' | 'relayed' | 'offline';

/** Of my own message. Never moves backwards, but for `failed`, from which a retry starts again. */
export type Status = 'queued' | 'sent' | 'delivered' | 'failed';

export interface MessageView {
  /** Stable over a message's life, from draft to log: the key of its row. */
  readonly key: string;
  readonly author: Author;
  readonly mine: boolean;
  readonly text: string;
  /** Wall clock of the author, ms since 1970. */
  readonly at: number;
  /** Set where `mine`. */
  readonly status?: Status;
  /** Why it failed, where a coded refusal did it; absent when it was given up after 24 h. */
  readonly refusal?: RefusalCode;
}

export interface MemberView extends Author {
  readonly replica: ReplicaId;
  readonly self: boolean;
  /** A direct link to them is open. */
  readonly linked: boolean;
}

/** What a visitor must be told about the connection; the UI decides when (at once, or after 5 s). */
export type ConnectionView =
  | { readonly state: 'online' }
  /** `retryAt` (ms since 1970): when the next try begins, absent while one is under way. */
  | { readonly state: 'down'; readonly since: number; readonly retryAt?: number }
  | { readonly state: 'browser-offline'; readonly since: number };

/** Said once, as a plain sentence. */
export type Notice = 'storage-unavailable' | 'insecure-context';

/** Why the relay will not have this visitor; the room stays readable. */
export interface Barred {
  readonly code: RefusalCode;
  readonly message: string;
}

/** Everything the UI shows, derived from the room's state. Immutable; unchanged parts keep their identity. */
export interface RoomView {
  readonly room: RoomName;
  /** `loading` until the store has answered; `naming` until a name is known; `open` in the room; `left` after Leave. */
  readonly phase: 'loading' | 'naming' | 'open' | 'left';
  readonly self: { readonly replica: ReplicaId; readonly name: string } | undefined;
  readonly path: Path;
  readonly connection: ConnectionView;
  /** Present now, self first, then by name. In rooms of over 100 a part of them; `count` is the truth. */
  readonly members: readonly MemberView[];
  readonly count: number;
  readonly messages: readonly MessageView[];
  /** Older messages than the first shown are known to exist somewhere. */
  readonly earlier: boolean;
  readonly typing: readonly Author[];
  /** Messages of others that came while the panel was not visible. */
  readonly unread: number;
  /** Key of the first message that was unread when the panel was last shown. */
  readonly firstUnread: string | undefined;
  readonly notices: readonly Notice[];
  readonly barred: Barred | undefined;
}
