import type { WidgetEvents } from '../../widget/index.ts';
import type { Faults } from './faults.ts';

/** What a visitor's frame tells the lab. */
export type FromFrame =
  | { readonly type: 'ready' }
  | { readonly type: 'traffic'; readonly traffic: WidgetEvents['traffic'] }
  | { readonly type: 'observation'; readonly observation: WidgetEvents['observation'] }
  | { readonly type: 'connection'; readonly connection: WidgetEvents['connection'] };

/** What the lab tells a visitor's frame. */
export type ToFrame =
  | { readonly type: 'faults'; readonly faults: Faults }
  | { readonly type: 'say'; readonly texts: readonly string[] }
  | { readonly type: 'theme'; readonly accent: string };

/** Sends to a window of this origin alone. */
export function tell(target: Window, message: FromFrame | ToFrame): void {
  target.postMessage({ lab: message }, location.origin);
}

/** Hears what one window of this origin sends; both sides are this demo's own code, so the shape is trusted. */
export function listen<Message extends FromFrame | ToFrame>(
  source: () => MessageEventSource | null,
  hear: (message: Message) => void,
): void {
  window.addEventListener('message', (event: MessageEvent) => {
    if (event.origin !== location.origin || event.source !== source() || event.data?.lab === undefined) return;
    hear(event.data.lab);
  });
}
