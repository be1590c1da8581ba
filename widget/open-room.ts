import type { RoomName } from '../protocol/ids.ts';
import { encodeRoom } from '../protocol/rooms.ts';
import type { Notice, RoomView } from './core/view.ts';
import { openRelay } from './net/relay.ts';
import { createKeys, identityOf, isGenuine } from './runtime/identity.ts';
import { holdLock } from './runtime/lock.ts';
import { watchPage } from './runtime/page.ts';
import { browserPlatform, hasWebRtc } from './runtime/platform.ts';
import type { Identity, Store } from './runtime/ports.ts';
import type { Room, Traffic } from './runtime/room.ts';
import { RoomRuntime } from './runtime/room-runtime.ts';
import { openStore } from './store/open.ts';

export interface RoomOptions {
  /** The relay's origin, e.g. `https://chat.example.com`. */
  readonly relay: string;
  readonly room: RoomName;
  /** Enters at once under this name; otherwise the view's phase asks for one. */
  readonly name?: string;
  /** Sets visitors of one browser apart; usually left out. */
  readonly profile?: string;
  /** `off`: no direct links, everything by the relay. */
  readonly p2p?: 'auto' | 'off';
}

/** Opens a room in this browser: the composition root of the widget. Never throws; what fails shows in the view. */
export function openRoom(options: RoomOptions): Room {
  return new BrowserRoom(options);
}

/** A room whose storage and key are still being fetched takes calls at once and plays them when it is ready. */
class BrowserRoom implements Room {
  readonly #options: RoomOptions;
  readonly #watchers = new Set<() => void>();
  readonly #spies = new Set<(traffic: Traffic) => void>();
  readonly #early: ((runtime: RoomRuntime) => void)[] = [];
  readonly #ready: Promise<void>;
  #loading: RoomView;
  #runtime: RoomRuntime | undefined;
  #store: Store | undefined;
  #composer = '';
  #saved = '';
  #saving = false;
  #release: (() => void) | undefined;
  #unwatch: (() => void) | undefined;
  #shown = false;
  #closed = false;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#loading = loadingView(options.room);
    this.#ready = this.#boot();
  }

  view(): RoomView {
    return this.#runtime?.view() ?? this.#loading;
  }

  subscribe(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  onTraffic(listener: (traffic: Traffic) => void): () => void {
    this.#spies.add(listener);
    return () => this.#spies.delete(listener);
  }

  join(name: string): void {
    this.#do((runtime) => {
      const wasOpen = runtime.view().phase === 'open';
      runtime.dispatch({ type: 'named', name });
      if (runtime.view().phase !== 'open') return;
      if (wasOpen) runtime.rejoin();
      else runtime.connect();
    });
  }

  send(text: string): void {
    this.#do((runtime) => runtime.dispatch({ type: 'composed', draft: browserPlatform.randomId(), text }));
  }

  retry(key: string): void {
    this.#do((runtime) => runtime.dispatch({ type: 'retried', key }));
  }

  discard(key: string): void {
    this.#do((runtime) => runtime.dispatch({ type: 'discarded', key }));
  }

  typing(): void {
    this.#do((runtime) => runtime.dispatch({ type: 'typed' }));
  }

  draft(): string {
    return this.#composer;
  }

  setDraft(text: string): void {
    this.#composer = text;
    void this.#saveComposer();
  }

  setVisible(visible: boolean): void {
    this.#shown = visible;
    this.#do((runtime) => runtime.setVisible(visible && document.visibilityState === 'visible'));
  }

  reconnect(): void {
    this.#do((runtime) => runtime.reconnect());
  }

  leave(): void {
    this.#do((runtime) => {
      runtime.dispatch({ type: 'left' });
      void runtime.disconnect();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#unwatch?.();
    await this.#ready;
    await this.#runtime?.close();
    this.#release?.();
  }

  #do(act: (runtime: RoomRuntime) => void): void {
    if (this.#closed) return;
    if (this.#runtime) act(this.#runtime);
    else this.#early.push(act);
  }

  async #boot(): Promise<void> {
    const { room, profile = '', relay, p2p } = this.#options;
    const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
    if (!subtle) return this.#insecure();
    const release = await holdLock(`natter/${profile}/${encodeRoom(room)}`);
    this.#release = release;
    const { store, stored, durable } = await openStore(room, profile, release !== undefined);
    this.#store = store;
    this.#composer = stored.composer;
    this.#saved = stored.composer;
    const newIdentity = async (): Promise<Identity> => {
      const keys = await createKeys(subtle);
      await store.saveIdentity(keys).catch(() => undefined); // without storage the key lives as long as the page
      return identityOf(keys, room, subtle);
    };
    const identity = stored.identity ? await identityOf(stored.identity, room, subtle) : await newIdentity();
    const runtime = new RoomRuntime(room, identity, stored, {
      platform: browserPlatform,
      store,
      newIdentity,
      isGenuine: (frame) => isGenuine(subtle, room, frame.entry),
      openRelay: (self, hello, events) =>
        openRelay({ endpoint: `${relay}/bayeux`, room, identity: self, platform: browserPlatform, hello }, events),
      loadLinks:
        p2p === 'off' || !hasWebRtc() ? undefined : () => import('./net/links.ts').then(({ openLinks }) => openLinks),
    });
    this.#start(runtime, durable ? undefined : 'storage-unavailable');
  }

  #start(runtime: RoomRuntime, notice: Notice | undefined): void {
    this.#runtime = runtime;
    runtime.subscribe(() => this.#notify());
    runtime.onTraffic((traffic) => {
      for (const spy of [...this.#spies]) spy(traffic);
    });
    if (notice) runtime.dispatch({ type: 'noticed', notice });
    this.#unwatch = watchPage({
      online: (online) => {
        runtime.dispatch({ type: 'browser', online });
        if (online) runtime.reconnect();
      },
      visible: () => runtime.setVisible(this.#shown && document.visibilityState === 'visible'),
      hidden: () => void this.#saveComposer(),
      leaving: () => void runtime.disconnect(),
      returned: () => {
        if (runtime.view().phase === 'open') runtime.connect();
      },
    });
    if (this.#options.name !== undefined) runtime.dispatch({ type: 'named', name: this.#options.name });
    if (!navigator.onLine) runtime.dispatch({ type: 'browser', online: false });
    if (runtime.view().phase === 'open') runtime.connect();
    for (const act of this.#early.splice(0)) act(runtime);
    this.#notify();
  }

  #insecure(): void {
    this.#loading = { ...this.#loading, notices: ['insecure-context'] };
    this.#notify();
  }

  /** Writes the composer's text, one write at a time; what is typed meanwhile goes into the next. */
  async #saveComposer(): Promise<void> {
    if (this.#saving) return;
    this.#saving = true;
    while (this.#store && this.#saved !== this.#composer) {
      const text = this.#composer;
      this.#saved = text;
      await this.#store.saveComposer(text).catch(() => undefined); // the text itself stays on screen
    }
    this.#saving = false;
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

function loadingView(room: RoomName): RoomView {
  return {
    room,
    phase: 'loading',
    self: undefined,
    path: 'connecting',
    connection: { state: 'online' },
    members: [],
    count: 0,
    messages: [],
    earlier: false,
    typing: [],
    unread: 0,
    firstUnread: undefined,
    notices: [],
    barred: undefined,
  };
}
