import type { RoomView } from '../../core/view.ts';
import type { Lock, LockRequest } from '../lock.ts';
import type { PageEvents } from '../page.ts';
import type { Platform } from '../ports.ts';
import type { FollowerMessage, TabChannel, TabMessage } from './messages.ts';
import type { Leader } from './seat.ts';
import { diffViews, isKept } from './view-patch.ts';

/** A leader that was hidden for so long lets a tab that is visible lead, ms: long enough to look at another tab and back. */
const HIDDEN_FOR = 1_000;

export interface HostSite {
  readonly platform: Platform;
  readonly channel: TabChannel;
  /** Waits for a tab's own lock. */
  hold(request: LockRequest, tab: string): Promise<Lock | false | undefined>;
  watchPage(events: PageEvents): () => void;
  isAwake(): boolean;
}

interface Tab {
  awake: boolean;
  sees: boolean;
  /** It holds a view of this leader's, and so has said again what the one before did not answer. */
  follows: boolean;
}

/** What a leader does for the tabs that follow it. */
export interface Host {
  /** The view is another one. */
  changed(): void;
  /** The composer's text in the leader's own tab. */
  drafted(text: string): void;
  /** Whether a person can see the messages in the leader's own tab. */
  setVisible(visible: boolean): void;
  /** There is a tab to go on when this one ends. */
  isFollowed(): boolean;
  close(): void;
}

/** Shares a leader's room with the other tabs: begins with the whole view, then sends what changes. */
export function host(leader: Leader, { platform, channel, hold, watchPage, isAwake }: HostSite): Host {
  const id = platform.randomId();
  const tabs = new Map<string, Tab>();
  const ended = new AbortController();
  let version = 0;
  let sent: RoomView = leader.view();
  let ownSees = false;
  let hiddenAt = isAwake() ? undefined : platform.now();
  let cancelYield: (() => void) | undefined;

  const announce = () => channel.post({ type: 'whole', leader: id, version, view: sent, draft: leader.draft() });
  const see = () => leader.see(ownSees || [...tabs.values()].some(({ sees }) => sees));

  /** A hidden page is throttled and may be frozen: one that is looked at leads better. */
  const consider = () => {
    hiddenAt = isAwake() ? undefined : (hiddenAt ?? platform.now());
    cancelYield?.();
    cancelYield = undefined;
    const [heir] = [...tabs].find(([, { awake }]) => awake) ?? [];
    // Without storage there is nothing that the heir could go on from; without a relay it would lose the links.
    const { local } = leader.view();
    if (hiddenAt === undefined || heir === undefined || local || !isKept(leader.view())) return;
    const wait = hiddenAt + HIDDEN_FOR - platform.now();
    if (wait > 0) cancelYield = platform.after(wait, consider);
    else {
      channel.post({ type: 'yield', to: heir });
      leader.yield();
    }
  };

  const forget = (tab: string) => {
    if (!tabs.delete(tab)) return;
    see();
    consider();
  };

  /** A tab's own lock is free when the tab has ended, also by a crash. */
  const watch = async (tab: string) => {
    const lock = await hold({ signal: ended.signal }, tab);
    if (!lock) return;
    lock.release();
    forget(tab);
  };

  const tabOf = (name: string): Tab => {
    const known = tabs.get(name);
    if (known) return known;
    const tab = { awake: false, sees: false, follows: false };
    tabs.set(name, tab);
    void watch(name);
    return tab;
  };

  const hear = (message: FollowerMessage) => {
    if (message.type === 'gone') return forget(message.tab);
    const tab = tabOf(message.tab);
    if (message.type !== 'here' && !tab.follows) return; // it will say it again, and in order
    if (message.type === 'run') return run(message);
    if (message.type === 'ask') return void tell(message);
    if (message.type === 'code') return void decode(message);
    tab.awake = message.awake;
    tab.sees = message.sees;
    tab.follows = message.holds === id;
    if (!tab.follows) announce();
    channel.post({ type: 'done', tab: message.tab, count: 0 });
    see();
    consider();
  };

  const run = ({ tab, count, command }: Extract<FollowerMessage, { type: 'run' }>) => {
    const { phase, self } = leader.view();
    const isDone = command.type === 'entered' && phase === 'open' && self?.name === command.name;
    if (!isDone) leader.run(command);
    if (command.type === 'drafted') channel.post(command);
    // After the patch that the command brings, so that its echo goes when its row has come.
    queueMicrotask(() => channel.post({ type: 'done', tab, count }));
  };

  const tell = async ({ tab, count, key }: Extract<FollowerMessage, { type: 'ask' }>) =>
    channel.post({ type: 'told', tab, count, details: await leader.details(key) });

  const decode = async ({ tab, count, request }: Extract<FollowerMessage, { type: 'code' }>) =>
    channel.post({ type: 'coded', tab, count, reply: await leader.code(request) });

  const unwatch = watchPage({
    online: () => undefined,
    visible: consider,
    leaving: () => undefined,
    returned: announce,
  });
  channel.listen((message) => {
    if (isFollowers(message)) hear(message);
  });
  announce();

  return {
    changed() {
      const view = leader.view();
      const patch = diffViews(sent, view);
      sent = view;
      if (!patch) return;
      version += 1;
      channel.post({ type: 'patch', leader: id, version, patch });
    },
    drafted: (text) => channel.post({ type: 'drafted', text }),
    setVisible(visible) {
      ownSees = visible;
      see();
    },
    isFollowed: () => tabs.size > 0,
    close() {
      cancelYield?.();
      unwatch();
      ended.abort();
      channel.close();
    },
  };
}

function isFollowers(message: TabMessage): message is FollowerMessage {
  return /^(?:here|run|ask|code|gone)$/.test(message.type);
}
