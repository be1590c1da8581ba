import type { Opened } from '../../protocol/frames.ts';
import type { EntryId, RoomName } from '../../protocol/ids.ts';
import { type Result, refuse } from '../../protocol/result.ts';
import { myHave } from '../core/catch-up.ts';
import type { Decision } from '../core/deciding.ts';
import type { Effect } from '../core/effects.ts';
import type { Event } from '../core/events.ts';
import { initialState, type State } from '../core/state.ts';
import { step } from '../core/step.ts';
import { lockedIn } from '../core/unlock.ts';
import type { MessageDetails, RoomView } from '../core/view.ts';
import { type Shown, sameView, viewOf } from '../core/view-of.ts';
import { type PathPorts, Paths } from './paths.ts';
import type { CodeReply, CodeRequest, Identity, JoinHello, Store, StoredRoom } from './ports.ts';
import { Writer } from './writer.ts';

export interface RuntimePorts extends PathPorts {
  readonly store: Store;
  /** The room has no relay. */
  readonly local?: boolean;
  /** The view is another one; called once for all that one task changed. */
  changed(): void;
  /** Makes and stores a new replica's key. */
  newIdentity(): Promise<Identity>;
}

/** What the browser's keys failed at is tried again after this, ms. */
const AGAIN = 5_000;

/** The most that setTimeout takes (2^31 - 1 ms); a longer wait is asked for again. */
const LONGEST_TIMER = 2 ** 31 - 1;

function loadDeciding(): Promise<typeof import('../core/deciding.ts') | undefined> {
  return import('../core/deciding.ts').catch(() => undefined);
}

/** Runs the core: feeds it inputs, carries out its effects by the ports, and tells whoever watches. */
export class RoomRuntime {
  readonly #ports: RuntimePorts;
  readonly #writer: Writer;
  readonly #queue: Event[] = [];
  #identity: Identity;
  #state: State;
  #shown: Shown;
  #paths: Paths | undefined;
  #renewing = false;
  #running = false;
  #announced = true;
  #stale = false;
  #told: RoomView;
  #closed = false;
  #cancelWake: (() => void) | undefined;

  constructor(room: RoomName, identity: Identity, stored: StoredRoom, ports: RuntimePorts) {
    this.#ports = ports;
    this.#identity = identity;
    const { snapshot } = stored;
    const now = ports.platform.now();
    const isKnown = stored.identity !== undefined || snapshot !== undefined;
    const part = ports.local ? 'local' : identity.host === undefined ? 'keyed' : 'hosted';
    this.#state = initialState(room, identity.replica, snapshot, now, isKnown, part);
    this.#shown = { state: this.#state, view: viewOf(this.#state, now, undefined) };
    this.#told = this.#shown.view;
    this.#writer = new Writer(
      ports.store,
      (confirmed) => this.dispatch({ type: 'stored', ...confirmed }),
      () => this.dispatch({ type: 'noticed', notice: 'storage-unavailable' }),
    );
    // The key was renewed and the page died before the rest was stored: the rest is of the replica before.
    const { self = identity.replica } = snapshot ?? {};
    if (self !== identity.replica) this.dispatch({ type: 'renewed', self: identity.replica });
  }

  /** The room as it is now; the same object while what it shows is the same. */
  view(): RoomView {
    if (this.#stale) {
      this.#stale = false;
      const view = viewOf(this.#state, this.#ports.platform.now(), this.#shown);
      this.#shown = { state: this.#state, view: sameView(view, this.#shown.view) ? this.#shown.view : view };
    }
    return this.#shown.view;
  }

  /** Who has a message, since when, by which path. */
  async details(key: string): Promise<MessageDetails | undefined> {
    const { detailsOf } = await import('../core/details.ts');
    return detailsOf(this.#state, key);
  }

  /** Writes down what a moderator decides; nothing where the network fails the code for it, as the menu then shows. */
  async decide(draft: string, decision: Decision): Promise<void> {
    const deciding = await loadDeciding();
    const act = deciding?.actFor(this.#state, decision, this.#ports.platform.now());
    if (act) this.dispatch({ type: 'composed', draft, content: { kind: 'moderation', act } });
  }

  dispatch(event: Event): void {
    if (this.#closed) return;
    this.#queue.push(event);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
        const { platform } = this.#ports;
        const { state, effects } = step(this.#state, { ...next, at: platform.now(), random: platform.random() });
        this.#state = state;
        for (const effect of effects) this.#perform(effect);
      }
    } finally {
      this.#running = false;
    }
    this.#refresh();
  }

  /** Takes a name and goes in, or brings a changed name to those inside. Blank names are ignored. */
  enter(name: string): void {
    const wasOpen = this.#state.phase === 'open';
    this.dispatch({ type: 'named', name });
    if (wasOpen && this.#paths) this.#paths.rejoin();
    else this.resume();
  }

  /** Opens the paths of someone who is inside; they stay open, or try to, until `disconnect`. */
  resume(): void {
    if (this.#state.phase !== 'open' || this.#paths || this.#closed || this.#renewing) return;
    this.#paths = new Paths(
      { identity: this.#identity, dispatch: (event) => this.dispatch(event), hello: () => this.#hello() },
      this.#ports,
    );
  }

  /** Closes every path with a goodbye. */
  async disconnect(): Promise<void> {
    const paths = this.#paths;
    this.#paths = undefined;
    this.dispatch({ type: 'disconnected' });
    await paths?.close();
  }

  leave(): void {
    this.dispatch({ type: 'left' });
    void this.disconnect();
  }

  /** The network came back, or the visitor asked. */
  reconnect(): void {
    this.#paths?.reconnect();
  }

  /** The visitor's address is to be hidden from now on, or may be shown. */
  addressChanged(address: RoomView['address']): void {
    this.dispatch({ type: 'address', address });
    this.#paths?.addressChanged();
  }

  /** What a visitor does with the codes of a room without a relay. */
  async code(request: CodeRequest): Promise<Result<CodeReply>> {
    return this.#paths?.code(request) ?? refuse('room_forbidden', '');
  }

  setVisible(visible: boolean): void {
    this.#paths?.setVisible(visible);
    this.dispatch({ type: 'visible', visible });
  }

  /** There is another key: what was locked is tried anew, also what is on its way in. */
  rekeyed(): void {
    void this.#open();
    this.#paths?.settled(() => this.#open());
  }

  async #open(): Promise<void> {
    const { cipher } = this.#ports;
    const entries = new Map<EntryId, Opened>();
    for (const entry of cipher ? lockedIn(this.#state) : []) {
      const opened = await cipher?.open(entry);
      if (opened && opened.state !== 'locked') entries.set(entry.id, opened);
    }
    this.dispatch({ type: 'opened', entries });
  }

  /** Another tab has taken this room's storage: nothing is written to it any more. */
  abandon(): void {
    this.#writer.discard();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#cancelWake?.();
    this.#closed = true;
    await this.disconnect();
    await this.#writer.flush();
    await this.#ports.store.close();
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'seal':
        void this.#seal(effect);
        break;
      case 'persist':
        this.#writer.add(effect.changes, effect.confirm);
        break;
      case 'send-relay':
        this.#paths?.publish(effect);
        break;
      case 'say':
        this.#paths?.say(effect);
        break;
      case 'send-link':
        this.#paths?.send(effect);
        break;
      case 'drop-link':
        this.#paths?.drop(effect.replica);
        break;
      case 'mesh':
        this.#paths?.want(effect);
        break;
      case 'renew':
        void this.#renew();
        break;
      case 'rejoin':
        this.#paths?.rejoin();
        break;
      case 'observed':
        this.#ports.observe(effect.observation);
        break;
      case 'wake':
        this.#wake(effect.at);
    }
  }

  #wake(at: number | undefined): void {
    const { platform } = this.#ports;
    this.#cancelWake?.();
    if (at === undefined) return;
    const ms = Math.min(Math.max(0, at - platform.now()), LONGEST_TIMER);
    this.#cancelWake = platform.after(ms, () => this.dispatch({ type: 'tick' }));
  }

  async #seal(effect: Extract<Effect, { type: 'seal' }>): Promise<void> {
    const { self, prev, messages } = effect;
    if (this.#closed || self !== this.#identity.replica) return;
    try {
      const entries = await this.#identity.seal(prev, messages);
      this.dispatch({ type: 'sealed', entries });
    } catch {
      // The browser could not sign; nothing else may be numbered before it can.
      this.#ports.platform.after(AGAIN, () => void this.#seal(effect));
    }
  }

  async #renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    await this.disconnect();
    const identity = this.#closed ? undefined : await this.#ports.newIdentity().catch(() => undefined);
    this.#renewing = false;
    if (identity) {
      this.#identity = identity;
      this.dispatch({ type: 'renewed', self: identity.replica });
      this.resume();
    } else if (!this.#closed) this.#ports.platform.after(AGAIN, () => void this.#renew());
  }

  #hello(): JoinHello {
    const { name = '', cursor, hosted, seq } = this.#state;
    const hello = { name, rtc: this.#ports.loadLinks !== undefined, have: myHave(this.#state), cursor };
    return hosted ? { ...hello, after: seq } : hello;
  }

  /** Derives the view once for all that one task changed, and tells the watchers if it is another one. */
  #refresh(): void {
    this.#stale = true;
    if (!this.#announced) return;
    this.#announced = false;
    queueMicrotask(() => {
      this.#announced = true;
      if (this.#closed || this.view() === this.#told) return;
      // The relay may be gone when it is needed.
      if (this.#shown.view.moderates && !this.#told.moderates) void loadDeciding();
      this.#told = this.#shown.view;
      this.#ports.changed();
    });
  }
}
