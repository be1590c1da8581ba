import { type Settings, writeSettings } from './attributes.ts';
import { defineElement, type NatterChatElement, TAG } from './element.ts';
import type { GetToken } from './login.ts';

export type { Listener, NatterChatElement, ThemeSetting, WidgetApi } from './element.ts';
export type { ErrorEvent, EventName, MessageEvent, WidgetEvents } from './events.ts';
export type { Natter } from './loader.ts';
export type { GetToken } from './login.ts';

/** Settings of a widget, as the tag's `data-…` attributes. */
export interface MountOptions {
  readonly room: string;
  /** The relay's address (`https://chat.example.com`); may be left out where this module came from the relay itself. */
  readonly relay?: string;
  readonly mode?: 'launcher' | 'inline';
  readonly position?: 'right' | 'left';
  readonly theme?: string;
  readonly accent?: string;
  readonly radius?: string;
  readonly density?: string;
  readonly font?: string;
  readonly lang?: string;
  readonly title?: string;
  readonly p2p?: 'auto' | 'relay' | 'off';
  /** `on`: what is said is encrypted in the browser, and the relay can't read it. */
  readonly encrypt?: 'on' | 'off';
  /** What opens an encrypted room: a passphrase, an invitation link or the key of one. Else the page's address has it, or the visitor is asked. */
  readonly key?: string;
  /** A namespace of the storage: two profiles on one page are two visitors. */
  readonly profile?: string;
  /** The token of a visitor who is logged in at your site. */
  readonly token?: string;
  /** Gives such a token: asked when the chat opens, before one expires and when one is refused. */
  readonly getToken?: GetToken;
  /** What the widget is put into: for `inline` the place where it stands. Else the page itself. */
  readonly target?: Element;
}

/** Puts a widget on the page and gives its element, which is also its API. */
export function mount({ target, getToken, key, ...options }: MountOptions): NatterChatElement {
  define();
  const element = document.createElement(TAG);
  const settings: Settings = { ...options };
  writeSettings(element, settings);
  if (getToken) element.setToken(getToken);
  if (key !== undefined) element.setKey(key);
  (target ?? document.documentElement).append(element);
  return element;
}

/** Defines `<natter-chat>` for pages that write the element themselves. */
export function define(): void {
  defineElement({ relay: ownRelay(), loadPanel: () => import('./panel.ts') });
}

/** The relay that served this module from its exact-version path; undefined in a bundle of the page's own. */
function ownRelay(): string | undefined {
  return /^(https?:.*)\/v\d+\.\d+\.\d+[^/]*\/widget\.js$/.exec(import.meta.url)?.[1];
}
