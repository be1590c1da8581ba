import type { RoomName } from '../protocol/ids.ts';
import { refuse } from '../protocol/result.ts';
import { encodeRoom } from '../protocol/rooms.ts';
import { NO_RELAY, type P2p } from './config.ts';
import type { Composition } from './core/outbox.ts';
import type { Barred, RoomView } from './core/view.ts';
import type { OpenLock } from './encryption.ts';
import type { Login } from './login.ts';
import type { RoomKeys } from './runtime/encryption/room-keys.ts';
import { loadingView } from './runtime/loading-view.ts';
import { holdLock, type Lock, type LockRequest } from './runtime/lock.ts';
import type { Observation } from './runtime/observe.ts';
import { watchPage } from './runtime/page.ts';
import { browserPlatform } from './runtime/platform.ts';
import type { TokenSource } from './runtime/ports.ts';
import type { Room } from './runtime/room.ts';
import type { Command, Seat } from './runtime/tabs/seat.ts';

declare const NATTER_VERSION: string;

export interface RoomOptions {
  /** The relay's origin, e.g. `https://chat.example.com`; NO_RELAY (config.ts) for none. */
  readonly relay: string;
  readonly room: RoomName;
  /** Enters at once under this name; otherwise the view's phase asks for one. */
  readonly name?: string | undefined;
  /** Sets visitors of one browser apart; usually left out. */
  readonly profile?: string | undefined;
  /** Who the page says that its visitor is. */
  readonly login: Login;
  /** `relay`: direct links by TURN servers alone; `off`: none, everything by the relay. */
  readonly p2p?: P2p;
  /** What is said is encrypted; the room's name on the wire follows from its own and the key. */
  readonly encrypt?: boolean;
  /** What the page was given to open an encrypted room with. */
  key?(): string | undefined;
  /** What was given opens another room than this one. */
  onElsewhere?(key: string): void;
  /** May change what is about to be sent, or keep it back by giving undefined. */
  beforeSend?(text: string): string | undefined;
}

/** The room's code is asked for again after this, ms, twice as long each time, where the network fails it. */
const ASK_AGAIN = 1_000;
const ASK_AGAIN_AT_MOST = 30_000;

const NO_LOGIN: Barred = { code: 'login_unavailable', message: 'the page gives no token' };
const KEYLESS: Barred = { code: 'bad_proof', message: 'no key' };

/**
 * Opens a room in this browser. Never throws; what fails shows in the view. Of several tabs the first one leads and the
 * others follow it; until this one has its seat, and while it changes it, calls wait.
 */
export function openRoom(options: RoomOptions): Room {
  const { room, relay, profile, login } = options;
  let { name } = options;
  let base = '';
  let place = '';
  let lock: OpenLock | undefined;
  let keys: RoomKeys | undefined;
  let tokens: TokenSource = login;
  let stopWaiting: (() => void) | undefined;
  const over = new Promise<void>((resolve) => {
    stopWaiting = resolve;
  });
  const watchers = new Set<() => void>();
  const observers = new Set<(observation: Observation) => void>();
  const waiting: Command[] = [];
  let view = loadingView(room);
  let seat: Seat | undefined;
  let shown = false;
  let closed = false;

  const changed = () => {
    if (seat) view = seat.view();
    for (const watcher of [...watchers]) watcher();
  };
  const isAwake = () => document.visibilityState === 'visible';
  const see = () => seat?.setVisible(shown && isAwake());
  const run = (command: Command) => {
    if (closed) return;
    if (seat) seat.run(command);
    else waiting.push(command);
  };
  /** Finds out whose room it is, however often the page must be asked. */
  const identify = async (wait = ASK_AGAIN): Promise<void> => {
    try {
      if (relay !== NO_RELAY) await Promise.race([login.token(), over]);
    } catch {
      view = { ...view, phase: 'open', path: 'offline', barred: NO_LOGIN };
      changed();
      await Promise.race([new Promise<void>((resolve) => browserPlatform.after(wait, resolve)), over]);
      if (closed) return;
      return identify(Math.min(2 * wait, ASK_AGAIN_AT_MOST));
    }
    view = loadingView(room);
    if (relay !== NO_RELAY) name = login.name ?? name;
    tokens = login.bound();
    base = storagePlace(relay, profile, login.user);
  };
  /** Finds the key of an encrypted room, or waits for somebody to bring it. Nothing is connected before. */
  const unlock = async () => {
    if (closed) return;
    if (options.encrypt) {
      if (!globalThis.crypto.subtle) throw new Error('no WebCrypto');
      const { openLock } = await load(() => import('./encryption.ts'));
      lock = openLock({
        name: room,
        database: `${base}?keys`,
        given: options.key?.(),
        ask(damaged) {
          view = { ...loadingView(room), phase: 'locked', notices: damaged ? ['damaged-key'] : [] };
          changed();
        },
        messages: () => view.messages,
        rekeyed: (secrets) => run({ type: 'rekeyed', secrets }),
        elsewhere: (key) => options.onElsewhere?.(key),
      });
      keys = (await Promise.race([lock.keys, over])) ?? undefined;
      view = loadingView(room);
    }
    place = base + encodeRoom(keys?.room ?? room);
  };
  const compose = (content: Composition) => run({ type: 'composed', draft: browserPlatform.randomId(), content });
  const hold = (request?: LockRequest, tab = '') => holdLock(place + tab, request);

  const sit = async (next: Seat) => {
    seat = next;
    if (closed) return next.close();
    changed(); // first what was stored, then what is new
    see();
    for (const command of waiting.splice(0)) next.run(command);
  };
  const load = async <T>(fetch: () => Promise<T>, wait = ASK_AGAIN): Promise<T> => {
    try {
      return await fetch();
    } catch (error) {
      if (closed) throw error;
      // The network went between the panel and this: what a module's fetch failed with is not kept by browsers.
      const retryAt = browserPlatform.now() + wait;
      const since = view.connection.state === 'down' ? view.connection.since : browserPlatform.now();
      view = { ...view, path: 'offline', connection: { state: 'down', since, retryAt } };
      changed();
      await new Promise<void>((resolve) => browserPlatform.after(wait, resolve));
      return load(fetch, Math.min(2 * wait, ASK_AGAIN_AT_MOST));
    }
  };
  // At once, beside lock and storage; a tab that follows has it by the time it must lead.
  void import('./lead-room.ts').catch(() => undefined); // `load` tries again
  const lead = async (lock: Lock | undefined, before?: RoomView) => {
    const { leadRoom } = await load(() => import('./lead-room.ts')).catch((error: unknown) => {
      lock?.release();
      throw error;
    });
    return leadRoom(
      { ...options, room: keys?.room ?? room, name, login: tokens, locked: keys },
      {
        place,
        channel: place + NATTER_VERSION,
        lock,
        before,
        changed,
        see,
        hold,
        isAwake,
        observe(observation) {
          for (const observer of [...observers]) observer(observation);
        },
        vacate(leader) {
          seat = undefined;
          seated = leader.close().then(() => take(view));
        },
      },
    );
  };
  const take = async (before?: RoomView) => {
    const lock = await hold();
    const tabs =
      lock === false && 'BroadcastChannel' in globalThis
        ? await import('./runtime/tabs/tabs.ts').catch(() => undefined)
        : undefined;
    if (!tabs) return sit(await lead(lock || undefined, before));
    const first: readonly Command[] = name === undefined || before ? [] : [{ type: 'entered', name }];
    await sit(
      tabs.follow({
        platform: browserPlatform,
        channel: tabs.tabChannel(place + NATTER_VERSION),
        view,
        first,
        hold,
        watchPage,
        isAwake,
        changed,
        see,
        lead,
        sit,
      }),
    );
  };
  let seated = identify()
    .then(unlock)
    .then(() => (closed ? undefined : take()))
    .catch(() => {
      // No key could be made, whatever the browser's reason: said plainly instead of loading for ever.
      const notices =
        options.encrypt && !('subtle' in globalThis.crypto) ? (['insecure-context'] as const) : view.notices;
      view = { ...view, phase: 'open', notices, barred: KEYLESS };
      changed();
    });

  return {
    view: () => view,
    subscribe: (listener) => listenIn(watchers, listener),
    observe: (listener) => listenIn(observers, listener),
    join: (as) => run({ type: 'entered', name: login.name ?? as }),
    isNamed: () => login.name !== undefined,
    isEncrypted: options.encrypt === true,
    lock: () => lock,
    send(text) {
      const checked = options.beforeSend ? options.beforeSend(text) : text;
      if (checked !== undefined) compose({ kind: 'message', text: checked });
    },
    edit: (key, text) => compose({ kind: 'edit', target: key, text }),
    remove: (key) => compose({ kind: 'delete', target: key }),
    react(key, emoji) {
      const row = view.messages.find((message) => message.key === key);
      const mine = row?.reactions.some((reaction) => reaction.mine && reaction.emoji === emoji) ?? false;
      compose({ kind: 'reaction', target: key, emoji, on: !mine });
    },
    moderate: (decision) => run({ type: 'moderated', draft: browserPlatform.randomId(), decision }),
    report: (key, reason) => run({ type: 'reported', key, ...(reason === undefined ? {} : { reason }) }),
    dismiss: (key) => run({ type: 'dismissed', key }),
    block: (user, name, on) => run({ type: 'blocked', user, name, on }),
    details: async (key) => seat?.details(key),
    async code(request) {
      await seated;
      return seat?.code(request) ?? refuse('room_forbidden', '');
    },
    loadEarlier: () => run({ type: 'earlier' }),
    retry: (key) => run({ type: 'retried', key }),
    discard: (key) => run({ type: 'discarded', key }),
    typing: () => run({ type: 'typed' }),
    draft: () => seat?.draft() ?? '',
    setDraft: (text) => run({ type: 'drafted', text }),
    setVisible(visible) {
      shown = visible;
      see();
    },
    hideAddress: (hidden) => run({ type: 'address-hidden', hidden }),
    reconnect: () => run({ type: 'reconnected' }),
    leave: () => run({ type: 'left' }),
    async close() {
      if (closed) return;
      closed = true;
      stopWaiting?.();
      lock?.close();
      await seated;
      await seat?.close();
    },
  };
}

function listenIn<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How the names of storage begin that is one visitor's: a guest's, or a user's. */
export function storagePlace(relay: string, profile = '', user: string | null | undefined = null): string {
  return `natter/${relay}/${encodeURIComponent(profile)}${user === null ? '' : `@${encodeURIComponent(user)}`}/`;
}
