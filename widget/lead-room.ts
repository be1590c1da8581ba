import type { RoomView } from './core/view.ts';
import { openRelay } from './net/relay.ts';
import type { RoomOptions } from './open-room.ts';
import { ComposerText } from './runtime/composer.ts';
import { createKeys, identityOf } from './runtime/identity.ts';
import type { Lock, LockRequest } from './runtime/lock.ts';
import type { Observe } from './runtime/observe.ts';
import { watchPage } from './runtime/page.ts';
import { browserPlatform, hasWebRtc } from './runtime/platform.ts';
import type { Identity, StoredRoom, TokenSource } from './runtime/ports.ts';
import { RoomRuntime } from './runtime/room-runtime.ts';
import type { Host } from './runtime/tabs/host.ts';
import type { Leader } from './runtime/tabs/seat.ts';
import { Trust } from './runtime/trust.ts';
import { openStore } from './store/open.ts';

export interface LeadOptions extends Pick<RoomOptions, 'relay' | 'room' | 'p2p' | 'name'> {
  readonly login: TokenSource;
}

/** The tab that leads, and its page. */
export interface LeadSite {
  /** Names the room's storage. */
  readonly place: string;
  /** Names the channel on which the tabs talk. */
  readonly channel: string;
  /** Without it the tab speaks as a replica of its own and stores nothing. */
  readonly lock: Lock | undefined;
  /** What the tab showed before it came to lead; undefined at its start. */
  readonly before: RoomView | undefined;
  changed(): void;
  readonly observe: Observe;
  /** Says anew whether a person can see the messages. */
  see(): void;
  isAwake(): boolean;
  hold(request: LockRequest, tab: string): Promise<Lock | false | undefined>;
  /** The leader is to give up its seat. */
  vacate(leader: Leader): void;
}

/** Fetches storage and key and runs the room. Rejects where the browser has no WebCrypto. */
export async function leadRoom({ relay, room, p2p, name, login }: LeadOptions, site: LeadSite): Promise<Leader> {
  const { lock, before, see } = site;
  const { subtle } = globalThis.crypto;
  const { store, stored, durable } = await openStore(site.place, lock !== undefined);
  let current = stored.identity;
  const newIdentity = async (): Promise<Identity> => {
    const keys = { ...(await createKeys(subtle)), relays: current?.relays ?? [] };
    current = keys;
    await store.saveIdentity(keys).catch(() => undefined); // without storage the key lives as long as the page
    return identityOf(keys, room, subtle);
  };
  const kept = stored.identity && (await identityOf(stored.identity, room, subtle).catch(() => undefined));
  const identity = kept ?? (await newIdentity());
  const trust = new Trust(subtle, room, current?.relays, (relays) => {
    if (!current) return;
    current = { ...current, relays };
    void store.saveIdentity(current).catch(() => undefined); // without storage they are known as long as the page lives
  });
  const platform = browserPlatform;
  let yielded = false;
  let ended = false;
  /** Another tab goes on as the same member: nobody is to see a leave. */
  let silent = false;
  let hosting: Host | undefined;
  const runtime = new RoomRuntime(room, identity, withUnread(stored, before), {
    platform,
    store,
    newIdentity,
    changed() {
      site.changed();
      hosting?.changed();
    },
    observe: site.observe,
    trust,
    openRelay(self, hello, events) {
      const path = openRelay({ endpoint: `${relay}/bayeux`, room, identity: self, platform, login, hello }, events);
      return { ...path, stop: () => path.stop(silent) };
    },
    loadLinks:
      p2p === 'off' || !hasWebRtc() ? undefined : () => import('./net/links.ts').then(({ openLinks }) => openLinks),
  });
  const composer = new ComposerText(store, stored.composer);
  if (!durable) runtime.dispatch({ type: 'noticed', notice: 'storage-unavailable' });
  if (!navigator.onLine) runtime.dispatch({ type: 'browser', online: false });
  // A page's name counts when its tab begins; later only where nothing is stored does a tab bring the one it showed.
  const as = before ? (stored.snapshot?.name === undefined ? before.self?.name : undefined) : name;
  if (before?.phase === 'left') runtime.leave();
  else if (as === undefined) runtime.resume();
  else runtime.enter(as);
  const unwatch = watchPage({
    online(online) {
      runtime.dispatch({ type: 'browser', online });
      if (online) runtime.reconnect();
    },
    visible() {
      see();
      if (site.isAwake()) runtime.reconnect();
    },
    leaving() {
      silent = hosting?.isFollowed() ?? false;
      void runtime.disconnect();
    },
    returned() {
      silent = false;
      runtime.resume();
    },
  });

  const leader: Leader = {
    view: () => runtime.view(),
    draft: () => composer.get(),
    run(command) {
      switch (command.type) {
        case 'entered':
          return runtime.enter(command.name);
        case 'moderated':
          return void runtime.decide(command.draft, command.decision);
        case 'left':
          return runtime.leave();
        case 'reconnected':
          return runtime.reconnect();
        case 'drafted':
          hosting?.drafted(command.text);
          return void composer.set(command.text);
        default:
          runtime.dispatch(command);
      }
    },
    details: (key) => runtime.details(key),
    setVisible: (visible) => (hosting ?? runtime).setVisible(visible),
    see: (visible) => runtime.setVisible(visible),
    yield() {
      if (yielded) return;
      yielded = true;
      silent = true;
      site.vacate(leader);
    },
    async close() {
      ended = true;
      silent ||= hosting?.isFollowed() ?? false;
      unwatch();
      watcher?.close();
      hosting?.close();
      await runtime.close();
      lock?.release();
    },
  };
  const watcher = lock && 'BroadcastChannel' in globalThis ? new BroadcastChannel(site.channel) : undefined;
  const share = async () => {
    if (watcher) watcher.onmessage = null;
    const tabs = await import('./runtime/tabs/tabs.ts').catch(() => undefined);
    if (ended) return;
    // No network for it now: the next thing that a tab says asks again.
    if (!tabs) return listen();
    hosting = tabs.host(leader, { ...site, platform, watchPage, channel: tabs.tabChannel(site.channel) });
    see();
  };
  const listen = () => {
    if (watcher) watcher.onmessage = share;
  };
  if (before && watcher) void share();
  else listen();
  void lock?.lost.then(() => {
    runtime.abandon();
    leader.yield();
  });
  return leader;
}

/** What nobody has seen stays unread when another tab comes to lead. */
function withUnread(stored: StoredRoom, before: RoomView | undefined): StoredRoom {
  if (!stored.snapshot || !before) return stored;
  const { unread, firstUnread } = before;
  return { ...stored, snapshot: { ...stored.snapshot, unread, firstUnread } };
}
