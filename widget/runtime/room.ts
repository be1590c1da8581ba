import type { RoomView } from '../core/view.ts';

/** One frame under way, for people who want to see (the demo's network lab) or measure. */
export interface Traffic {
  readonly path: 'relay' | 'link';
  readonly direction: 'in' | 'out';
  /** `entry`, or the frame's kind (frames.ts). */
  readonly kind: string;
}

/** One visitor's place in one room: what the UI and the public API talk to. */
export interface Room {
  /** The current view; the same object until something shown changes. */
  view(): RoomView;
  /** Calls back after each change of the view, at most once a task; returns its unsubscribe. */
  subscribe(listener: () => void): () => void;
  /** Calls back for each frame sent or received; returns its unsubscribe. */
  onTraffic(listener: (traffic: Traffic) => void): () => void;
  /** Takes a name and enters the room, or changes the name of someone inside. */
  join(name: string): void;
  /** Composes a message: shown at once, sent when a path is up. Blank text is ignored. */
  send(text: string): void;
  /** Tries a failed message again, or drops it. `key` is its `MessageView.key`. */
  retry(key: string): void;
  discard(key: string): void;
  /** Call on each keystroke; the core decides what goes on the wire and when it ends. */
  typing(): void;
  /** The unsent text of the composer, kept over reloads. */
  draft(): string;
  setDraft(text: string): void;
  /** Whether a person can see the messages: the panel is open and the page visible. */
  setVisible(visible: boolean): void;
  /** Tries to connect now instead of at the end of the countdown. */
  reconnect(): void;
  /** Leaves the room: others see it within a second; the view's phase is `left`. `join` comes back. */
  leave(): void;
  /** Stops everything and frees it. Idempotent; resolves when storage is flushed and connections are closed. */
  close(): Promise<void>;
}
