import { refuse } from '../../protocol/result.ts';
import type { MessageView, RoomView } from '../../widget/core/view.ts';
import { loadingView } from '../../widget/runtime/loading-view.ts';
import type { Lock, LockRequest } from '../../widget/runtime/lock.ts';
import type { CodeRequest, Platform } from '../../widget/runtime/ports.ts';
import { type FollowerSite, follow } from '../../widget/runtime/tabs/follower.ts';
import { type Host, host } from '../../widget/runtime/tabs/host.ts';
import type { TabChannel, TabMessage } from '../../widget/runtime/tabs/messages.ts';
import type { Command, Leader, Seat } from '../../widget/runtime/tabs/seat.ts';

const ADA = { user: 'g-ada', name: 'Ada' } as RoomView['members'][number];

export const EMPTY_VIEW: RoomView = {
  ...loadingView('lobby' as RoomView['room']),
  phase: 'open',
  self: { replica: 'ada' as RoomView['members'][number]['replica'], name: 'Ada' },
  path: 'relayed',
  members: [{ ...ADA, self: true, linked: false }],
  count: 1,
};

export function messageRow(key: string, changes: Partial<MessageView> = {}): MessageView {
  const { user, name } = ADA;
  const base = { key, author: { user, name }, mine: true, text: key, at: 1, status: 'sent' } as const;
  return { ...base, edited: false, deleted: false, reactions: [], seenBy: [], ...changes };
}

/** A browser with one room: its tabs, their channel, and its locks. Nothing happens before `settle` or `pass`. */
export class TabbedBrowser {
  now = 0;
  readonly #channels = new Map<object, (message: TabMessage) => void>();
  readonly #locks = new Map<string, { readonly waiting: (() => void)[]; rob(): void }>();
  #timers: { at: number; run: () => void }[] = [];
  #ids = 0;

  /** A tab that leads from the start. */
  lead(view: RoomView = EMPTY_VIEW): Tab {
    const tab = new Tab(this, view);
    void tab.hold({}).then((lock) => {
      if (lock) void tab.sit(tab.leader(lock));
    });
    return tab;
  }

  /** A tab that follows whoever leads. */
  follow(awake = true): Tab {
    const tab = new Tab(this, { ...EMPTY_VIEW, phase: 'loading', members: [] });
    tab.awake = awake;
    tab.follow();
    return tab;
  }

  platform(): Platform {
    return {
      now: () => this.now,
      random: () => 0.5,
      randomId: () => `id-${++this.#ids}`,
      after: (ms, run) => {
        const timer = { at: this.now + ms, run };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
        };
      },
    };
  }

  channel(): TabChannel {
    const own = {};
    return {
      post: (message) => {
        const copy = structuredClone(message);
        for (const [other, listener] of this.#channels) if (other !== own) queueMicrotask(() => listener(copy));
      },
      listen: (listener) => void this.#channels.set(own, listener),
      close: () => void this.#channels.delete(own),
    };
  }

  /** As Web Locks do: first come, first served; `steal` at once. */
  hold(name: string, { signal, steal }: LockRequest): Promise<Lock | false> {
    return new Promise((resolve) => {
      const grant = () => {
        const held = { waiting: this.#locks.get(name)?.waiting ?? [], rob: (): void => undefined };
        const lost = new Promise<void>((robbed) => {
          held.rob = robbed;
        });
        this.#locks.set(name, held);
        const release = () => {
          if (this.#locks.get(name) !== held) return;
          const next = held.waiting.shift();
          if (next) next();
          else this.#locks.delete(name);
        };
        resolve({ release, lost });
      };
      const held = this.#locks.get(name);
      if (held && steal) held.rob();
      if (!held || steal) return grant();
      held.waiting.push(grant);
      signal?.addEventListener('abort', () => {
        const waiting = this.#locks.get(name)?.waiting ?? [];
        const place = waiting.indexOf(grant);
        if (place >= 0) waiting.splice(place, 1);
        resolve(false);
      });
    });
  }

  /** Lets time go by. */
  async pass(ms: number): Promise<void> {
    this.now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.now);
    this.#timers = this.#timers.filter(({ at }) => at > this.now);
    for (const { run } of due) run();
    await this.settle();
  }

  /** Lets all that is under way arrive. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  }
}

/** One tab, and what it was asked to do where it leads. */
export class Tab {
  awake = true;
  seat: Seat | undefined;
  view: RoomView;
  sees = false;
  /** What the room that runs here was told. */
  readonly done: Command[] = [];
  /** Asked for codes. */
  readonly codes: CodeRequest[] = [];
  #host: Host | undefined;
  readonly #browser: TabbedBrowser;
  readonly #platform: Platform;
  #channel: TabChannel;
  #lock: Lock | undefined;
  #page: (() => void)[] = [];

  constructor(browser: TabbedBrowser, view: RoomView) {
    this.#browser = browser;
    this.#platform = browser.platform();
    this.#channel = browser.channel();
    this.view = view;
  }

  hold = (request: LockRequest, tab = ''): Promise<Lock | false> => this.#browser.hold(`room${tab}`, request);

  leads(): boolean {
    return this.#host !== undefined;
  }

  async sit(seat: Seat): Promise<void> {
    this.seat = seat;
  }

  follow(first: readonly Command[] = []): void {
    const site: FollowerSite = {
      ...this.#site(),
      view: this.view,
      first,
      changed: () => {
        this.view = this.seat?.view() ?? this.view;
      },
      see: () => this.seat?.setVisible(this.awake),
      lead: async (lock, before) => {
        this.view = { ...before, messages: before.messages.filter(({ status }) => status !== 'queued') };
        return this.leader(lock);
      },
      sit: (seat) => this.sit(seat),
    };
    this.seat = follow(site);
  }

  /** A room that does what it is told at once, and shares it. */
  leader(lock: Lock): Leader {
    this.#lock = lock;
    this.#channel = this.#browser.channel();
    const leader: Leader = {
      view: () => this.view,
      draft: () => '',
      run: (command) => {
        this.done.push(command);
        if (command.type === 'composed') this.show([...this.view.messages, messageRow(command.draft)]);
      },
      details: async () => undefined,
      code: async (request) => {
        this.codes.push(request);
        return refuse('code_unknown', 'no links in this test');
      },
      setVisible: (visible) => this.#host?.setVisible(visible),
      see: (visible) => {
        this.sees = visible;
      },
      yield: () => this.end(),
      close: async () => this.end(),
    };
    this.#host = host(leader, this.#site());
    return leader;
  }

  /** Another view of the room that runs here. */
  show(messages: readonly MessageView[]): void {
    this.view = { ...this.view, messages };
    queueMicrotask(() => this.#host?.changed());
  }

  setAwake(awake: boolean): void {
    this.awake = awake;
    for (const told of this.#page) told();
  }

  /** The tab is gone. */
  end(): void {
    this.#host?.close();
    this.#channel.close();
    this.#lock?.release();
  }

  /** It runs nothing any more, and keeps its lock. */
  freeze(): void {
    this.#channel.close();
  }

  #site() {
    return {
      platform: this.#platform,
      channel: this.#channel,
      hold: this.hold,
      isAwake: () => this.awake,
      watchPage: ({ visible }: { visible(): void }) => {
        this.#page.push(visible);
        return () => undefined;
      },
    };
  }
}
