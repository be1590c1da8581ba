import type { Author, Member } from '../protocol/frames.ts';
import type { ConnectionView, Path, ReactionView, Status } from './core/view.ts';
import type { Observation, Traffic } from './runtime/observe.ts';

/** A message as a page sees it. */
export interface MessageEvent {
  readonly key: string;
  readonly author: Author;
  readonly text: string;
  /** ms since 1970, by its author's corrected clock. */
  readonly at: number;
}

/** What goes wrong without the page's doing. `load`: the panel's files can't be fetched; else a relay's refusal. */
export interface ErrorEvent {
  readonly code: string;
  readonly message: string;
}

/** Every event of a widget with what it carries; as DOM events they are named `natter:…`. */
export interface WidgetEvents {
  /** The element stands on the page and takes calls. */
  readonly ready: Record<string, never>;
  readonly open: Record<string, never>;
  readonly close: Record<string, never>;
  /** Before my message is sent: set `text` to change it, cancel the event to keep it back. */
  readonly beforesend: { text: string };
  readonly 'message:sent': MessageEvent;
  readonly 'message:received': MessageEvent;
  readonly 'message:status': { readonly key: string; readonly status: Status };
  /** Its author gave it another text. */
  readonly 'message:edited': MessageEvent;
  /** Its author took it back. */
  readonly 'message:deleted': { readonly key: string };
  /** All emoji under it as they are now. */
  readonly 'message:reactions': { readonly key: string; readonly reactions: readonly ReactionView[] };
  readonly unread: { readonly count: number };
  readonly presence: { readonly count: number; readonly members: readonly Pick<Member, 'user' | 'name' | 'replica'>[] };
  readonly typing: { readonly authors: readonly Author[] };
  /** `peers`: members with an open direct link. */
  readonly connection: { readonly state: ConnectionView['state']; readonly path: Path; readonly peers: number };
  /** One frame on the wire, for those who measure. */
  readonly traffic: Traffic;
  /** All else that can be measured: round trips, retries, duplicates, links. */
  readonly observation: Exclude<Observation, { readonly type: 'frame' }>;
  readonly error: ErrorEvent;
  readonly destroy: Record<string, never>;
}

export type EventName = keyof WidgetEvents;

/** Tells the page; false where a listener cancelled it. */
export type Emit = <Name extends EventName>(name: Name, detail: WidgetEvents[Name]) => boolean;

/** The same under their DOM names, for `addEventListener`. */
export type WidgetDomEvents = { [Name in EventName as `natter:${Name}`]: CustomEvent<WidgetEvents[Name]> };

declare global {
  interface HTMLElementEventMap extends WidgetDomEvents {}
  interface DocumentEventMap extends WidgetDomEvents {}
  interface WindowEventMap extends WidgetDomEvents {}
}

/** Events are DOM events of the element under this prefix: they bubble and cross the shadow boundary. */
export const PREFIX = 'natter:';
