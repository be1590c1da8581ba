import { ATTRIBUTES, THEME_ATTRIBUTES } from './attributes.ts';
import { type Emit, type EventName, PREFIX, type WidgetEvents } from './events.ts';
import { createLauncher } from './launcher.ts';
import type { GetToken } from './login.ts';
import type { Chat } from './panel.ts';
import { launcherCss } from './theme/launcher-css.ts';

export const TAG = 'natter-chat';

type PanelModule = Pick<typeof import('./panel.ts'), 'createChat'>;

/** How an element reaches its relay and its panel. The script tag and the ESM build differ here alone. */
export interface Surroundings {
  /** Of elements without a `relay` attribute: the relay's address without a closing slash. */
  readonly relay: string | undefined;
  /** Fetches the lazy part. `attempt` counts from 0, as browsers remember an address that failed. */
  loadPanel(attempt: number): Promise<PanelModule>;
}

/** A theme as `setTheme` takes it: a preset's name, or choices by name. What is left out goes back to its default. */
export type ThemeSetting = string | Readonly<Partial<Record<(typeof THEME_ATTRIBUTES)[number], string>>>;

export type Listener<Name extends EventName> = (event: CustomEvent<WidgetEvents[Name]>) => void;

/** What a page can ask of its widget. */
export interface WidgetApi {
  open(): void;
  close(): void;
  toggle(): void;
  /** Shows the widget again after `hide`. */
  show(): void;
  /** Takes the widget out of sight, launcher and all; the conversation goes on. */
  hide(): void;
  /** Leaves the room; the panel offers to come back. */
  leave(): void;
  setUser(user: { readonly name: string }): void;
  /** Logs the visitor in: a token, or a function that gives one whenever it is needed. */
  setToken(token: string | GetToken): void;
  /** Logs the visitor out, and deletes what this browser keeps of their rooms at this relay. */
  logout(): void;
  setRoom(room: string): void;
  /** Opens an encrypted room with a passphrase, an invitation link or the key of one. */
  setKey(key: string): void;
  setTheme(theme: ThemeSetting): void;
  send(text: string): void;
  /** Messages that came while the panel was not visible. */
  unread(): number;
  /** Calls back on each event, as `addEventListener` on the element with `natter:` before the name would. */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): void;
  once<Name extends EventName>(name: Name, listener: Listener<Name>): void;
  off<Name extends EventName>(name: Name, listener: Listener<Name>): void;
  /** Removes the widget from the page and frees all it holds. */
  destroy(): void;
}

/** `<natter-chat>`: one chat on a page, as a launcher in a corner or inline. Attributes are live. */
export interface NatterChatElement extends HTMLElement, WidgetApi {}

declare global {
  interface HTMLElementTagNameMap {
    [TAG]: NatterChatElement;
  }
}

/** Defines `<natter-chat>` once a page, whoever comes first. */
export function defineElement(surroundings: Surroundings): void {
  if (!customElements.get(TAG)) customElements.define(TAG, createClass(surroundings));
}

/** The class is made in a function, as there is no HTMLElement to extend where there is no DOM. */
function createClass({ relay, loadPanel }: Surroundings): CustomElementConstructor {
  let attempt = 0;

  return class extends HTMLElement implements NatterChatElement {
    static readonly observedAttributes = ATTRIBUTES;
    readonly #root = this.attachShadow({ mode: 'open' });
    readonly #emit: Emit = (name, detail) =>
      this.dispatchEvent(new CustomEvent(PREFIX + name, { bubbles: true, composed: true, cancelable: true, detail }));
    readonly #launcher = createLauncher(
      () => this.toggle(),
      () => void this.#load(),
    );
    #panel: Promise<PanelModule | undefined> | undefined;
    #chat: Chat | undefined;
    /** Calls made before there was a chat. */
    #calls: ((chat: Chat) => void)[] = [];
    #isReady = false;

    constructor() {
      super();
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(launcherCss);
      this.#root.adoptedStyleSheets = [sheet];
    }

    connectedCallback(): void {
      this.#refresh();
      this.#chat?.resume();
      if (!this.#isReady) queueMicrotask(() => this.#emit('ready', {}));
      this.#isReady = true;
      // Whoever follows an invitation (protocol/codes.ts) has said that they want in.
      if (this.getAttribute('relay') === 'none' && /^#natter-\w+=/.test(location.hash)) this.open();
    }

    disconnectedCallback(): void {
      this.#chat?.pause();
    }

    attributeChangedCallback(): void {
      if (this.#isReady) this.#refresh();
    }

    open(): void {
      this.#call((chat) => chat.open(), true);
    }

    close(): void {
      this.#call((chat) => chat.close());
    }

    toggle(): void {
      // While the panel is under way, and after it could not be fetched, every click asks for the same: open.
      if (this.#chat) this.#chat.toggle();
      else this.open();
    }

    show(): void {
      this.hidden = false;
    }

    hide(): void {
      this.hidden = true;
    }

    leave(): void {
      this.#call((chat) => chat.leave());
    }

    setUser(user: { readonly name: string }): void {
      this.#call((chat) => chat.setName(user.name));
    }

    setToken(token: string | GetToken): void {
      this.#call((chat) => chat.setToken(token));
    }

    logout(): void {
      this.#call((chat) => chat.logout());
    }

    setKey(key: string): void {
      this.#call((chat) => chat.setKey(key));
    }

    setRoom(room: string): void {
      this.setAttribute('room', room);
    }

    setTheme(theme: ThemeSetting): void {
      const choices = typeof theme === 'string' ? { theme } : theme;
      for (const name of THEME_ATTRIBUTES) this.setAttribute(name, choices[name] ?? '');
    }

    send(text: string): void {
      this.#call((chat) => chat.send(text), true);
    }

    unread(): number {
      return this.#chat?.unread() ?? 0;
    }

    // The casts: TypeScript can't look a name made of a generic one up in the DOM's map of events.
    on(name: EventName, listener: (event: CustomEvent) => void, options?: AddEventListenerOptions): void {
      this.addEventListener(PREFIX + name, listener as EventListener, options);
    }

    once(name: EventName, listener: (event: CustomEvent) => void): void {
      this.on(name, listener, { once: true });
    }

    off(name: EventName, listener: (event: CustomEvent) => void): void {
      this.removeEventListener(PREFIX + name, listener as EventListener);
    }

    destroy(): void {
      this.#chat?.destroy();
      this.#chat = undefined;
      this.#calls = [];
      this.#isReady = false;
      this.#emit('destroy', {});
      this.remove();
    }

    /** Calls the chat, or keeps the call until there is one; `loads`: that is wanted now. */
    #call(call: (chat: Chat) => void, loads = false): void {
      if (this.#chat) return call(this.#chat);
      this.#calls.push(call);
      if (loads) void this.#start();
    }

    async #start(): Promise<void> {
      this.#launcher.button.ariaBusy = 'true';
      const panel = await this.#load();
      this.#launcher.button.ariaBusy = null;
      if (!this.#chat) this.#launcher.setFailed(!panel);
      if (!panel) return this.#root.append(this.#launcher.button);
      if (!this.#isReady) return;
      this.#chat ??= panel.createChat({
        host: this,
        root: this.#root,
        launcher: this.#launcher,
        relay: this.getAttribute('relay') ?? relay ?? location.origin,
        emit: this.#emit,
      });
      for (const call of this.#calls.splice(0)) call(this.#chat);
      this.#refresh();
    }

    async #load(): Promise<PanelModule | undefined> {
      try {
        this.#panel ??= loadPanel(attempt);
        return await this.#panel;
      } catch (error) {
        attempt += 1;
        this.#panel = undefined;
        this.#emit('error', { code: 'load', message: String(error) });
        return undefined;
      }
    }

    #refresh(): void {
      const { button } = this.#launcher;
      this.#launcher.setTheme(this.getAttribute('theme') ?? '', this.getAttribute('accent') ?? '');
      this.#chat?.configure();
      const isInline = this.getAttribute('mode') === 'inline';
      // Inline the button is seen where the chat would stand, and only as Retry.
      button.style.position = isInline ? 'static' : '';
      if (!isInline) return this.#root.append(button);
      button.remove();
      if (!this.#chat) this.open();
    }
  };
}
