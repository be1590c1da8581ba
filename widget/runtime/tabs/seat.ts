import type { Result } from '../../../protocol/result.ts';
import type { Decision } from '../../core/deciding.ts';
import type { Event } from '../../core/events.ts';
import type { MessageDetails, RoomView } from '../../core/view.ts';
import type { CodeReply, CodeRequest } from '../ports.ts';

type UserEvent = Extract<
  Event,
  {
    type: 'composed' | 'retried' | 'discarded' | 'typed' | 'earlier' | 'blocked' | 'reported' | 'dismissed';
  }
>;

/** What a visitor asks of a room, as data that one tab can hand to another. */
export type Command =
  | UserEvent
  | { readonly type: 'entered'; readonly name: string }
  | { readonly type: 'left' }
  | { readonly type: 'moderated'; readonly draft: string; readonly decision: Decision }
  | { readonly type: 'reconnected' }
  | { readonly type: 'address-hidden'; readonly hidden: boolean }
  /** An encrypted room's keys are these now; the first is written with. */
  | { readonly type: 'rekeyed'; readonly secrets: readonly string[] }
  /** The composer's unsent text. */
  | { readonly type: 'drafted'; readonly text: string };

/**
 * A tab's place in a room that several tabs of one browser share: the leader's, which runs it, or a follower's, which
 * shows the leader's view and hands it what is asked.
 */
export interface Seat {
  view(): RoomView;
  draft(): string;
  run(command: Command): void;
  details(key: string): Promise<MessageDetails | undefined>;
  code(request: CodeRequest): Promise<Result<CodeReply>>;
  /** Whether a person can see the messages in this tab. */
  setVisible(visible: boolean): void;
  /** Idempotent; resolves when nothing of it is left. */
  close(): Promise<void>;
}

/** The seat that holds the room's lock: the one replica's storage, key and connections. */
export interface Leader extends Seat {
  /** Whether a person can see the messages, in whichever tab. */
  see(visible: boolean): void;
  /** Lets another tab lead: the room is closed without a goodbye, then the lock is free. */
  yield(): void;
}
