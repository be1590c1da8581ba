import type { UserId } from '../../protocol/ids.ts';
import type { Result } from '../../protocol/result.ts';
import type { Decision } from '../core/deciding.ts';
import type { MessageDetails, RoomView } from '../core/view.ts';
import type { Observation } from './observe.ts';
import type { CodeReply, CodeRequest } from './ports.ts';

/**
 * What comes of a key: it opens this room; another room, which is opened instead; nothing that is here (a passphrase: it is
 * a wrong one); or it is none.
 */
export type Unlocked = 'opened' | 'elsewhere' | 'useless' | 'unreadable';

/** The lock of an encrypted room. */
export interface RoomLock {
  /** Takes a passphrase, an invitation link or the key from one. */
  unlock(text: string): Promise<Unlocked>;
  /** Opens a room of this name that nobody has been in, with a new key. */
  create(): Promise<void>;
  /** A link to this page that opens the room. */
  link(): Promise<string>;
  /** Makes a new key, with which is written from now on. */
  rotate(): Promise<void>;
}

export type { Decision } from '../core/deciding.ts';

/** One visitor's place in one room: what the UI and the public API talk to. */
export interface Room {
  /** The current view; the same object until something shown changes. */
  view(): RoomView;
  /** Calls back after each change of the view, at most once a task; returns its unsubscribe. */
  subscribe(listener: () => void): () => void;
  /** Calls back for all that can be measured: frames, latencies, retries, links; returns its unsubscribe. */
  observe(listener: (observation: Observation) => void): () => void;
  /** Takes a name and enters the room, or changes the name of someone inside. */
  join(name: string): void;
  /** The visitor's name comes with the login, and is not theirs to change. */
  isNamed(): boolean;
  /** What is said here is encrypted before it leaves. */
  readonly isEncrypted: boolean;
  /** Of an encrypted room, once it is there. */
  lock(): RoomLock | undefined;
  /** Composes a message: shown at once, sent when a path is up. Blank text is ignored. */
  send(text: string): void;
  /** Tries a failed message again, or drops it. `key` is its `MessageView.key`. */
  retry(key: string): void;
  discard(key: string): void;
  /** Gives a message of one's own another text; the newest edit counts, on every client. */
  edit(key: string, text: string): void;
  /** Takes a message of one's own back, everywhere and for good. */
  remove(key: string): void;
  /** Puts one emoji under a message, or takes one's own away. */
  react(key: string, emoji: string): void;
  /** By a moderator: what the room's rules are to be, and for whom; from anybody else it comes to nothing. */
  moderate(decision: Decision): void;
  /** Brings a message to the moderators' notice. */
  report(key: string, reason?: string): void;
  /** By a moderator: what was reported of this message is done with. */
  dismiss(key: string): void;
  /** Hides somebody from this visitor alone, or shows them again. Kept with the room's data. */
  block(user: UserId, name: string, on: boolean): void;
  /** Who has a message, since when, by which path. Undefined for one that is not here. */
  details(key: string): Promise<MessageDetails | undefined>;
  /** What a visitor does with the codes of a room without a relay. */
  code(request: CodeRequest): Promise<Result<CodeReply>>;
  /** Asks for messages older than the first shown: from the relay, or from members who hold them. */
  loadEarlier(): void;
  /** Call on each keystroke; the core decides what goes on the wire and when it ends. */
  typing(): void;
  /** The unsent text of the composer, kept over reloads. */
  draft(): string;
  setDraft(text: string): void;
  /** Whether a person can see the messages: the panel is open and the page visible. */
  setVisible(visible: boolean): void;
  /** Keeps this visitor's network address from the others in all rooms of this relay, or lets links show it again. */
  hideAddress(hidden: boolean): void;
  /** Tries to connect now instead of at the end of the countdown. */
  reconnect(): void;
  /** Leaves the room: others see it within a second; the view's phase is `left`. `join` comes back. */
  leave(): void;
  /** Stops everything and frees it. Idempotent; resolves when storage is flushed and connections are closed. */
  close(): Promise<void>;
}
