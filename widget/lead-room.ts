import type { RoomName } from '../protocol/ids.ts';
import { NO_RELAY } from './config.ts';
import type { RoomView } from './core/view.ts';
import { openRelay } from './net/relay.ts';
import type { RoomOptions } from './open-room.ts';
import { ComposerText } from './runtime/composer.ts';
import type { RoomKeys } from './runtime/encryption/room-keys.ts';
import type { Lock, LockRequest } from './runtime/lock.ts';
import type { Observe } from './runtime/observe.ts';
import { watchPage } from './runtime/page.ts';
import { browserPlatform, hasWebRtc } from './runtime/platform.ts';
import type { StoredRoom, TokenSource } from './runtime/ports.ts';
import { RoomRuntime } from './runtime/room-runtime.ts';
import type { Host } from './runtime/tabs/host.ts';
import type { Leader } from './runtime/tabs/seat.ts';
import { keyedSpeaker, type Speaker } from './speaker.ts';
import { addressChoice } from './store/address.ts';

export interface LeadOptions extends Pick<RoomOptions, 'relay' | 'room' | 'p2p' | 'name' | 'profile'> {
  readonly login: TokenSource;
  /** Of an encrypted room, whose name is the one on the wire. */
  readonly locked?: RoomKeys | undefined;
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

/** A part that can't be fetched is asked for again after this, ms. */
const ASK_AGAIN = 3_000;

/** Fetches storage and key and runs the room. Where the browser has no WebCrypto the relay signs, and there are no links. */
export async function leadRoom(options: LeadOptions, site: LeadSite): Promise<Leader> {
  const { relay, room, p2p, profile = '', name, login, locked } = options;
  const { lock, before, see, place } = site;
  const hasKeys = 'subtle' in globalThis.crypto;
  const local = relay === NO_RELAY ? (await import('./local-room.ts')).localRoom : undefined;
  const speaker = hasKeys
    ? await keyedSpeaker(place, room, lock !== undefined, { local, locked })
    : await speakPlainly(place, room);
  const { store, stored, durable, identity, newIdentity, trust } = speaker;
  const cipher = locked?.cipher;
  const platform = browserPlatform;
  const choice = addressChoice(relay, profile);
  const canLink = hasKeys && p2p !== 'off' && hasWebRtc();
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
    local: local !== undefined,
    cipher,
    openRelay(self, hello, events) {
      if (local) return local.ownWord(room, self, hello, events);
      const path = openRelay({ endpoint: `${relay}/bayeux`, room, identity: self, platform, login, hello }, events);
      return { ...path, stop: () => path.stop(silent) };
    },
    loadLinks: canLink
      ? () => import('./net/links.ts').then((links) => local?.links(links) ?? links.openLinks)
      : undefined,
    isHidden: () => p2p === 'relay' || choice.isHidden(),
  });
  const tellAddress = () => {
    const isGuarded = !canLink || p2p === 'relay';
    if (local) return; // without a relay nobody names a TURN server: there is nothing to choose
    runtime.addressChanged(isGuarded ? 'guarded' : choice.isHidden() ? 'hidden' : 'shown');
  };
  tellAddress();
  const unwatchChoice = choice.watch(tellAddress);
  const composer = new ComposerText(store, stored.composer);
  if (!hasKeys) runtime.dispatch({ type: 'noticed', notice: 'insecure-context' });
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
        case 'address-hidden':
          choice.set(command.hidden);
          return tellAddress();
        case 'rekeyed':
          return void locked?.adopt(command.secrets).then(() => runtime.rekeyed());
        case 'drafted':
          hosting?.drafted(command.text);
          return void composer.set(command.text);
        default:
          runtime.dispatch(command);
      }
    },
    details: (key) => runtime.details(key),
    code: (request) => runtime.code(request),
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
      unwatchChoice();
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

/** The network may have gone between the panel and this. */
async function speakPlainly(place: string, room: RoomName): Promise<Speaker> {
  for (;;) {
    const plain = await import('./plain.ts').catch(() => undefined);
    if (plain) return plain.plainSpeaker(place, room, browserPlatform.randomId);
    await new Promise<void>((resolve) => browserPlatform.after(ASK_AGAIN, resolve));
  }
}
