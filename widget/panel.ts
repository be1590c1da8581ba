import type { RoomName } from '../protocol/ids.ts';
import { THEME_ATTRIBUTES } from './attributes.ts';
import { type P2p, readConfig } from './config.ts';
import { type Conversation, openConversation, type PanelLook } from './conversation.ts';
import type { Emit } from './events.ts';
import type { Launcher } from './launcher.ts';
import { completeLauncher } from './launcher-state.ts';
import { type GetToken, Login } from './login.ts';
import { storagePlace } from './open-room.ts';
import { applyTheme, parseTheme } from './theme/theme.ts';

/** The element that a chat lives in, with what the loader has made already. */
export interface ChatHost {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  readonly launcher: Launcher;
  /** The relay's address without a closing slash. */
  readonly relay: string;
  readonly emit: Emit;
}

/** The chat of one element from its first use to its end. */
export interface Chat {
  open(): void;
  close(): void;
  toggle(): void;
  send(text: string): void;
  leave(): void;
  /** A passphrase, an invitation link or the key of one, for a room that is encrypted. */
  setKey(key: string): void;
  unread(): number;
  setName(name: string): void;
  /** A token, or a way to get one. Another user ends one conversation and begins the next. */
  setToken(source: string | GetToken): void;
  /** Forgets the login and all that is stored for who was here. */
  logout(): void;
  /** Reads the element's attributes anew. Another room ends one conversation and begins the next. */
  configure(): void;
  /** The element was taken off the page; `resume`: it is back. */
  pause(): void;
  resume(): void;
  destroy(): void;
}

/** Which room, as whom: when it changes, the conversation is another one. */
interface Place {
  readonly room: RoomName;
  readonly profile: string | undefined;
  readonly p2p: P2p;
  readonly encrypt: boolean;
  /** Whom the page has logged in (login.ts); undefined until the page has been asked. */
  user: string | null | undefined;
}

/** How long a removed element keeps its room, ms: pages that swap their content put it back well within. */
const REMOVAL_GRACE = 5_000;

/** Makes an element's chat: nothing is stored or connected before `open` or `send`. */
export function createChat({ host, root, launcher, relay, emit }: ChatHost): Chat {
  const updateLauncher = completeLauncher(root, launcher);
  let place: Place | undefined;
  let look: PanelLook = { mode: 'launcher', locale: 'en', title: undefined };
  let name: string | undefined;
  let isWanted = false;
  let isShown = false;
  let conversation: Conversation | undefined;
  let givenToken: string | undefined;
  let key: string | undefined;
  const login = new Login(() => chat.configure());
  let removal: ReturnType<typeof setTimeout> | undefined;
  /** Settles when the conversation before has freed its storage and its connections. */
  let ended: Promise<void> = Promise.resolve();

  /** The conversation at the place as it stands now; undefined without a place, or where it changed meanwhile. */
  const begin = async (): Promise<Conversation | undefined> => {
    const at = place;
    await ended;
    if (at === undefined || place !== at) return undefined;
    conversation ??= openConversation({
      ...at,
      host,
      root,
      relay,
      name,
      login,
      emit,
      key: () => key,
      onElsewhere: (other) => {
        key = other;
        end();
        if (isWanted) void show();
      },
      onUnread: (unread) => updateLauncher({ unread }),
      onClose() {
        chat.close();
        launcher.button.focus();
      },
    });
    return conversation;
  };

  const show = async () => {
    const current = await begin();
    if (current === undefined || !isWanted || isShown) return;
    isShown = true;
    current.show(look);
    updateLauncher({ isOpen: true });
    if (look.mode === 'launcher') current.focus();
    emit('open', {});
  };

  const hide = () => {
    if (!isShown) return;
    isShown = false;
    conversation?.hide();
    updateLauncher({ isOpen: false });
    emit('close', {});
  };

  const end = () => {
    const ending = conversation;
    hide();
    conversation = undefined;
    updateLauncher({ unread: 0 });
    if (ending !== undefined) ended = ending.close();
  };

  const chat: Chat = {
    open() {
      isWanted = true;
      if (isShown) conversation?.focus();
      else void show();
    },
    close() {
      isWanted = false;
      hide();
    },
    toggle: () => (isWanted ? chat.close() : chat.open()),
    send: (text) => void begin().then((current) => current?.room.send(text)),
    leave: () => conversation?.room.leave(),
    setKey(next) {
      key = next;
      void conversation?.room.lock()?.unlock(next);
    },
    unread: () => conversation?.room.view().unread ?? 0,
    setName(next) {
      name = next;
      conversation?.room.join(next);
    },
    setToken(source) {
      login.set(source);
      chat.configure();
    },
    logout() {
      const prefix = storagePlace(relay, place?.profile, login.user);
      givenToken = undefined;
      key = undefined;
      login.set(undefined);
      end();
      ended = ended.then(async () => (await import('./store/forget.ts')).forgetRooms(prefix)).catch(() => undefined);
      place = undefined;
      name = undefined;
      host.removeAttribute('token');
      chat.configure();
    },
    configure() {
      const theme = THEME_ATTRIBUTES.map((attribute) => [attribute, host.getAttribute(attribute)]);
      applyTheme(host, parseTheme(Object.fromEntries(theme)));
      const config = readConfig((attribute) => host.getAttribute(attribute), pageFacts());
      const { room, profile, p2p, encrypt } = config;
      if (config.token !== givenToken) {
        givenToken = config.token;
        login.set(givenToken);
      }
      // What comes to stand inline is shown: there is no launcher to open it with.
      if (config.mode === 'inline' && look.mode === 'launcher') isWanted = true;
      look = { mode: config.mode, locale: config.locale, title: config.title };
      if (room?.ok === false) reportError(new Error(`<natter-chat>: ${room.message}`));
      const next = room?.ok ? { room: room.value, profile, p2p, encrypt, user: login.user } : undefined;
      if (isSamePlace(place, next)) {
        if (place) place.user = login.user;
        if (isShown) conversation?.show(look);
        else if (isWanted) void show();
        return;
      }
      if (place?.room !== next?.room && place) key = undefined;
      place = next;
      end();
      if (isWanted) void show();
    },
    pause() {
      hide();
      removal = setTimeout(end, REMOVAL_GRACE);
    },
    resume() {
      clearTimeout(removal);
      if (isWanted) void show();
    },
    destroy() {
      clearTimeout(removal);
      isWanted = false;
      place = undefined;
      end();
    },
  };
  chat.configure();
  return chat;
}

function isSamePlace(a: Place | undefined, b: Place | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const isSameUser = a.user === b.user || a.user === undefined;
  const isSame = a.room === b.room && a.profile === b.profile && a.p2p === b.p2p && a.encrypt === b.encrypt;
  return isSame && isSameUser;
}

function pageFacts() {
  const canonical = document.querySelector<HTMLLinkElement>('link[rel=canonical]')?.href;
  return { url: canonical || location.href, locale: document.documentElement.lang || navigator.language };
}
