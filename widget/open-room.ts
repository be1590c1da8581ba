import type { ReplicaId, RoomName } from '../protocol/ids.ts';
import { encodeRoom } from '../protocol/rooms.ts';
import type { Composition } from './core/outbox.ts';
import { initialState } from './core/state.ts';
import type { Barred, RoomView } from './core/view.ts';
import { viewOf } from './core/view-of.ts';
import { openRelay } from './net/relay.ts';
import { ComposerText } from './runtime/composer.ts';
import { createKeys, identityOf, isGenuine } from './runtime/identity.ts';
import { holdLock } from './runtime/lock.ts';
import type { Observation } from './runtime/observe.ts';
import { watchPage } from './runtime/page.ts';
import { browserPlatform, hasWebRtc } from './runtime/platform.ts';
import type { Identity } from './runtime/ports.ts';
import type { Room } from './runtime/room.ts';
import { RoomRuntime, type RuntimePorts } from './runtime/room-runtime.ts';
import { openStore } from './store/open.ts';

export interface RoomOptions {
  /** The relay's origin, e.g. `https://chat.example.com`. */
  readonly relay: string;
  readonly room: RoomName;
  /** Enters at once under this name; otherwise the view's phase asks for one. */
  readonly name?: string | undefined;
  /** Sets visitors of one browser apart; usually left out. */
  readonly profile?: string | undefined;
  /** `off`: no direct links, everything by the relay. */
  readonly p2p?: 'auto' | 'off';
  /** May change what is about to be sent, or keep it back by giving undefined. */
  beforeSend?(text: string): string | undefined;
}

const INSECURE: Barred = { code: 'bad_proof', message: 'not https' };

/** What a room runs on once its storage and its key are there. */
interface Booted {
  readonly runtime: RoomRuntime;
  readonly composer: ComposerText;
  /** Lets go of what the page gave: its events and the room's lock. */
  release(): void;
}

/**
 * Opens a room in this browser: the composition root of the widget. Never throws; what fails shows in the view. While
 * storage and key are still being fetched the room takes calls at once and plays them when it is ready.
 */
export function openRoom(options: RoomOptions): Room {
  const watchers = new Set<() => void>();
  const observers = new Set<(observation: Observation) => void>();
  const early: ((booted: Booted) => void)[] = [];
  let loading = loadingView(options.room);
  let booted: Booted | undefined;
  let shown = false;
  let closed = false;

  const notify = () => {
    for (const watcher of [...watchers]) watcher();
  };
  const run = (act: (ready: Booted) => void) => {
    if (closed) return;
    if (booted) act(booted);
    else early.push(act);
  };
  const see = () => run(({ runtime }) => runtime.setVisible(shown && document.visibilityState === 'visible'));
  const dispatch = (event: Parameters<RoomRuntime['dispatch']>[0]) => run(({ runtime }) => runtime.dispatch(event));
  const compose = (content: Composition) => dispatch({ type: 'composed', draft: browserPlatform.randomId(), content });

  const observe = (observation: Observation) => {
    for (const observer of [...observers]) observer(observation);
  };
  const ready = boot(options, { see, changed: notify, observe })
    .catch(() => undefined)
    .then((result) => {
      booted = result;
      // Without WebCrypto there is no key to speak with: said plainly instead of loading for ever.
      if (!result) loading = { ...loading, phase: 'open', notices: ['insecure-context'], barred: INSECURE };
      notify(); // first what was stored, then what is new
      if (booted) for (const act of early.splice(0)) act(booted);
    });

  return {
    view: () => booted?.runtime.view() ?? loading,
    subscribe: (listener) => listenIn(watchers, listener),
    observe: (listener) => listenIn(observers, listener),
    join: (name) => run(({ runtime }) => runtime.enter(name)),
    send(text) {
      const checked = options.beforeSend ? options.beforeSend(text) : text;
      if (checked !== undefined) compose({ kind: 'message', text: checked });
    },
    edit: (key, text) => compose({ kind: 'edit', target: key, text }),
    remove: (key) => compose({ kind: 'delete', target: key }),
    react(key, emoji) {
      const row = booted?.runtime.view().messages.find((message) => message.key === key);
      const mine = row?.reactions.some((reaction) => reaction.mine && reaction.emoji === emoji) ?? false;
      compose({ kind: 'reaction', target: key, emoji, on: !mine });
    },
    details: async (key) => booted?.runtime.details(key),
    loadEarlier: () => dispatch({ type: 'earlier' }),
    retry: (key) => dispatch({ type: 'retried', key }),
    discard: (key) => dispatch({ type: 'discarded', key }),
    typing: () => dispatch({ type: 'typed' }),
    draft: () => booted?.composer.get() ?? '',
    setDraft: (text) => run(({ composer }) => void composer.set(text)),
    setVisible(visible) {
      shown = visible;
      see();
    },
    reconnect: () => run(({ runtime }) => runtime.reconnect()),
    leave: () => run(({ runtime }) => runtime.leave()),
    async close() {
      if (closed) return;
      closed = true;
      await ready;
      await booted?.runtime.close();
      booted?.release();
    },
  };
}

interface BootListener extends Pick<RuntimePorts, 'changed' | 'observe'> {
  /** The page was shown or hidden. */
  see(): void;
}

/** Fetches lock, storage and key, and starts the room; undefined where the browser has no WebCrypto. */
async function boot(options: RoomOptions, { see, changed, observe }: BootListener): Promise<Booted | undefined> {
  const { room, profile = '', relay, p2p, name } = options;
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) return undefined;
  const unlock = await holdLock(`natter/${profile}/${encodeRoom(room)}`);
  const { store, stored, durable } = await openStore(room, profile, unlock !== undefined);
  const newIdentity = async (): Promise<Identity> => {
    const keys = await createKeys(subtle);
    await store.saveIdentity(keys).catch(() => undefined); // without storage the key lives as long as the page
    return identityOf(keys, room, subtle);
  };
  const kept = stored.identity && (await identityOf(stored.identity, room, subtle).catch(() => undefined));
  const identity = kept ?? (await newIdentity());
  const platform = browserPlatform;
  const runtime = new RoomRuntime(room, identity, stored, {
    platform,
    store,
    newIdentity,
    changed,
    observe,
    isGenuine: (frame) => isGenuine(subtle, room, frame.entry),
    openRelay: (self, hello, events) =>
      openRelay({ endpoint: `${relay}/bayeux`, room, identity: self, platform, hello }, events),
    loadLinks:
      p2p === 'off' || !hasWebRtc() ? undefined : () => import('./net/links.ts').then(({ openLinks }) => openLinks),
  });
  if (!durable) runtime.dispatch({ type: 'noticed', notice: 'storage-unavailable' });
  if (!navigator.onLine) runtime.dispatch({ type: 'browser', online: false });
  if (name === undefined) runtime.resume();
  else runtime.enter(name);
  const unwatch = watchPage({
    online(online) {
      runtime.dispatch({ type: 'browser', online });
      if (online) runtime.reconnect();
    },
    visible: see,
    leaving: () => void runtime.disconnect(),
    returned: () => runtime.resume(),
  });
  return {
    runtime,
    composer: new ComposerText(store, stored.composer),
    release() {
      unwatch();
      unlock?.();
    },
  };
}

function listenIn<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function loadingView(room: RoomName): RoomView {
  const nobody = viewOf(initialState(room, '' as ReplicaId, undefined, 0), 0, undefined);
  return { ...nobody, phase: 'loading', path: 'connecting', connection: { state: 'online' } };
}
