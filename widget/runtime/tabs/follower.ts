import type { Result } from '../../../protocol/result.ts';
import type { MessageDetails, RoomView } from '../../core/view.ts';
import type { Lock, LockRequest } from '../lock.ts';
import type { PageEvents } from '../page.ts';
import type { CodeReply, CodeRequest, Platform } from '../ports.ts';
import { unsentIn, withEchoes } from './echoes.ts';
import type { FollowerMessage, TabChannel, TabMessage } from './messages.ts';
import type { Command, Leader, Seat } from './seat.ts';
import { adoptView, applyPatch, isKept } from './view-patch.ts';

/** A leader that says nothing for so long to a tab that is looked at (a suspended page) loses its lock to it, ms. */
const SILENT_FOR = 3_000;

/** What a tab that does not lead needs of its page and of the room it may come to lead. */
export interface FollowerSite {
  readonly platform: Platform;
  readonly channel: TabChannel;
  /** Shown until a leader is heard. */
  readonly view: RoomView;
  /** Asked of the leader first of all. */
  readonly first: readonly Command[];
  /** Asks for the room's lock, or for one of this tab's own. */
  hold(request: LockRequest, tab?: string): Promise<Lock | false | undefined>;
  watchPage(events: PageEvents): () => void;
  /** The page is visible. */
  isAwake(): boolean;
  changed(): void;
  /** Says anew whether a person can see the messages. */
  see(): void;
  /** Opens the stored room here. `before` is what this tab has shown so far. */
  lead(lock: Lock, before: RoomView): Promise<Leader>;
  /** Gives this tab another seat. */
  sit(seat: Seat): Promise<void>;
}

/** Follows the tab that leads, and waits to take its place. */
export function follow(site: FollowerSite): Seat {
  return new Follower(site);
}

interface Question {
  readonly key: string;
  answer(details: MessageDetails | undefined | Promise<MessageDetails | undefined>): void;
}

interface Coded {
  readonly request: CodeRequest;
  answer(reply: Result<CodeReply> | Promise<Result<CodeReply>>): void;
}

class Follower implements Seat {
  readonly #site: FollowerSite;
  readonly #tab: string;
  readonly #waiting = new AbortController();
  readonly #unwatch: () => void;
  /** Commands that no leader has answered, by their count. */
  readonly #asked = new Map<number, Command>();
  readonly #questions = new Map<number, Question>();
  readonly #codes = new Map<number, Coded>();
  #count = 0;
  /** The leader's view, and what is shown: that, and below it what it does not know of yet. */
  #base: RoomView;
  #view: RoomView;
  #draft = '';
  #holds: { readonly leader: string; readonly version: number } | undefined;
  #sees = false;
  /** Another tab is to lead next: this one lets the lock pass once. */
  #lets = false;
  #ownLock: Lock | undefined;
  #takeover: Promise<void> | undefined;
  #cancelSilence: (() => void) | undefined;
  #state: 'following' | 'leading' | 'closed' = 'following';

  constructor(site: FollowerSite) {
    this.#site = site;
    this.#tab = site.platform.randomId();
    this.#base = site.view;
    this.#view = site.view;
    site.channel.listen((message) => this.#hear(message));
    this.#unwatch = site.watchPage({
      online: () => undefined,
      visible: site.see,
      leaving: () => this.#say('gone'),
      returned: site.see,
    });
    void this.#begin();
    for (const command of site.first) this.run(command);
  }

  view(): RoomView {
    return this.#view;
  }

  draft(): string {
    return this.#draft;
  }

  run(command: Command): void {
    this.#count += 1;
    if (command.type === 'drafted') this.#write(command.text);
    // Nobody cares later for a keystroke of now.
    if (command.type !== 'typed') this.#asked.set(this.#count, command);
    this.#post({ type: 'run', tab: this.#tab, count: this.#count, command });
    this.#expectAnswer();
    if (command.type === 'composed') this.#show(this.#base);
  }

  details(key: string): Promise<MessageDetails | undefined> {
    this.#count += 1;
    this.#post({ type: 'ask', tab: this.#tab, count: this.#count, key });
    this.#expectAnswer();
    return new Promise((answer) => this.#questions.set(this.#count, { key, answer }));
  }

  code(request: CodeRequest): Promise<Result<CodeReply>> {
    this.#count += 1;
    this.#post({ type: 'code', tab: this.#tab, count: this.#count, request });
    return new Promise((answer) => this.#codes.set(this.#count, { request, answer }));
  }

  setVisible(visible: boolean): void {
    this.#sees = visible;
    this.#say('here');
    this.#expectAnswer();
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#say('gone');
    this.#end();
    await this.#takeover;
  }

  /** Of the unsent text only the last counts. */
  #write(text: string): void {
    this.#draft = text;
    for (const [count, { type }] of this.#asked) if (type === 'drafted') this.#asked.delete(count);
  }

  /** A lock of this tab's own tells the leader when it ends, however it ends. */
  async #begin(): Promise<void> {
    this.#ownLock = (await this.#site.hold({}, this.#tab)) || undefined;
    if (this.#state === 'closed') return this.#ownLock?.release();
    this.#say('here');
    await this.#queue();
  }

  async #queue(): Promise<void> {
    const lock = await this.#site.hold({ signal: this.#waiting.signal });
    if (!lock) return;
    if (!this.#lets || this.#site.isAwake()) return this.#take(lock);
    this.#lets = false;
    lock.release();
    await this.#queue();
  }

  /** Takes the leader's place: opens the room, and asks of it what nobody has answered. */
  #take(lock: Lock): void {
    if (this.#state !== 'following') return lock.release();
    this.#state = 'leading';
    this.#cancelSilence?.();
    this.#waiting.abort();
    this.#takeover = this.#lead(lock);
  }

  async #lead(lock: Lock): Promise<void> {
    const leader = await this.#site.lead(lock, this.#view);
    this.#end();
    // First what a leader without storage took with it; what this one finds stored it knows by its draft.
    for (const command of [...unsentIn(this.#base), ...this.#asked.values()]) leader.run(command);
    for (const { key, answer } of this.#questions.values()) answer(leader.details(key));
    for (const { request, answer } of this.#codes.values()) answer(leader.code(request));
    await this.#site.sit(leader);
  }

  #hear(message: TabMessage): void {
    if (this.#state !== 'following') return; // this tab's own leader, by now
    switch (message.type) {
      case 'whole':
        this.#adopt(message);
        break;
      case 'patch':
        this.#patch(message);
        break;
      case 'drafted':
        this.#draft = message.text;
        break;
      case 'yield':
        this.#lets = message.to !== this.#tab;
        return;
      case 'done':
        if (message.tab === this.#tab) this.#answered(message.count);
        break;
      case 'told':
        if (message.tab === this.#tab) this.#told(message);
        break;
      case 'coded':
        if (message.tab === this.#tab) this.#coded(message);
        break;
      default:
        return; // another follower's
    }
    this.#cancelSilence?.();
    this.#cancelSilence = undefined;
  }

  #adopt({ leader, version, view, draft }: Extract<TabMessage, { type: 'whole' }>): void {
    const isNew = this.#holds?.leader !== leader;
    if (!isNew && this.#holds?.version === version) return;
    this.#holds = { leader, version };
    this.#lets = false;
    if (![...this.#asked.values()].some(({ type }) => type === 'drafted')) this.#draft = draft;
    this.#show(adoptView(this.#base, view));
    if (!isNew) return;
    this.#say('here');
    for (const [count, command] of this.#asked) this.#post({ type: 'run', tab: this.#tab, count, command });
    for (const [count, { key }] of this.#questions) this.#post({ type: 'ask', tab: this.#tab, count, key });
    for (const [count, { request }] of this.#codes) this.#post({ type: 'code', tab: this.#tab, count, request });
  }

  #patch({ leader, version, patch }: Extract<TabMessage, { type: 'patch' }>): void {
    if (leader !== this.#holds?.leader || version <= this.#holds.version) return;
    if (version !== this.#holds.version + 1) {
      this.#holds = undefined;
      return this.#say('here');
    }
    this.#holds = { leader, version };
    this.#show(applyPatch(this.#base, patch));
  }

  #told({ count, details }: Extract<TabMessage, { type: 'told' }>): void {
    this.#questions.get(count)?.answer(details);
    this.#questions.delete(count);
  }

  #coded({ count, reply }: Extract<TabMessage, { type: 'coded' }>): void {
    this.#codes.get(count)?.answer(reply);
    this.#codes.delete(count);
  }

  #answered(count: number): void {
    for (const asked of [...this.#asked.keys()]) if (asked <= count) this.#asked.delete(asked);
    this.#show(this.#base);
  }

  #show(base: RoomView): void {
    this.#base = base;
    this.#view = withEchoes(base, [...this.#asked.values()], this.#view, this.#site.platform.now());
    this.#site.changed();
  }

  #say(type: 'here' | 'gone'): void {
    const tab = this.#tab;
    if (type === 'gone') this.#post({ type, tab });
    else this.#post({ type, tab, awake: this.#site.isAwake(), sees: this.#sees, holds: this.#holds?.leader });
  }

  /** A tab without a lock of its own would be taken for gone: it waits with what it has to say. */
  #post(message: FollowerMessage): void {
    if (this.#ownLock) this.#site.channel.post(message);
  }

  #expectAnswer(): void {
    if (this.#cancelSilence || this.#state !== 'following' || !this.#site.isAwake()) return;
    this.#cancelSilence = this.#site.platform.after(SILENT_FOR, () => void this.#steal());
  }

  async #steal(): Promise<void> {
    this.#cancelSilence = undefined;
    if (this.#state !== 'following' || !this.#site.isAwake() || !isKept(this.#base)) return;
    const lock = await this.#site.hold({ steal: true });
    if (lock) this.#take(lock);
  }

  #end(): void {
    this.#unwatch();
    this.#cancelSilence?.();
    this.#waiting.abort();
    this.#ownLock?.release();
    this.#site.channel.close();
  }
}
