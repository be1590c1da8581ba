import type { Entry } from '../../../protocol/entry.ts';
import type { ControlFrame, EntryFrame, Frame } from '../../../protocol/frames.ts';
import type { EntryId, ReplicaId, RoomName } from '../../../protocol/ids.ts';
import { type Effect, type Event, initialState, type Snapshot, type State } from '../../../widget/core/state.ts';
import { step } from '../../../widget/core/step.ts';
import type { RoomView, Status } from '../../../widget/core/view.ts';
import { viewOf } from '../../../widget/core/view-of.ts';
import { memoryStore } from '../../support/memory-store.ts';
import type { World } from './world.ts';

const RANK: Readonly<Record<Status, number>> = { failed: -1, queued: 0, sent: 1, delivered: 2 };
/** A store's write takes this long, ms: long enough for a crash to fall into it. */
const WRITE_MS = 5;

/** One visitor: the real core, with storage, paths and clock played by the world. */
export class SimulatedClient {
  readonly name: string;
  readonly rtc: boolean;
  readonly index: number;
  readonly #world: World;
  state: State;
  /** Ms this client's clock is ahead of true time. */
  readonly clockError: number;
  /** Texts that must arrive: those of drafts that a crash did not catch before their first write. */
  composed: string[] = [];
  /** Rule breaks seen while running, in words. */
  readonly complaints: string[] = [];
  alive = true;
  relayUp = false;
  #life = 0;
  #drafts = 0;
  readonly #unwritten = new Map<string, string>();
  #replicas = 0;
  #store = memoryStore();
  #cancelWake: (() => void) | undefined;
  #statuses = new Map<string, Status>();
  wanted: readonly ReplicaId[] = [];

  constructor(world: World, index: number, options: { rtc: boolean; clockError: number }) {
    this.#world = world;
    this.index = index;
    this.name = `Visitor ${index}`;
    this.rtc = options.rtc;
    this.clockError = options.clockError;
    this.state = initialState('room' as RoomName, this.#newReplica(), undefined, this.now);
    this.dispatch({ type: 'named', name: this.name });
  }

  get now(): number {
    return this.#world.time.now + this.clockError;
  }

  view(): RoomView {
    return viewOf(this.state, this.now, undefined);
  }

  compose(text: string): void {
    if (!this.alive) return;
    this.#drafts += 1;
    const draft = `draft-${this.index}-${this.#drafts}`;
    this.composed.push(text);
    this.#unwritten.set(draft, text);
    this.dispatch({ type: 'composed', draft, text });
  }

  dispatch(event: Event): void {
    if (!this.alive) return;
    const { state, effects } = step(this.state, { ...event, at: this.now, random: this.#world.random() });
    this.state = state;
    for (const effect of effects) this.#perform(effect);
    this.#watchStatuses();
  }

  joinRelay(): void {
    if (!this.alive || this.relayUp || !this.#world.relay.up) return;
    this.relayUp = true;
    const reply = this.#world.relay.join(this);
    this.dispatch({ type: 'relay-joined', reply, now: this.#world.time.now });
  }

  cutRelay(): void {
    if (!this.relayUp) return;
    this.relayUp = false;
    this.#world.relay.leave(this.state.self);
    this.dispatch({ type: 'relay-down' });
  }

  fromRelay(frame: Frame): void {
    this.#world.carry(this, 'relay', () => {
      if (this.relayUp) this.take('relay', frame);
    });
  }

  fromRelayAck(id: EntryId): void {
    if (this.#world.losesAck()) return;
    this.#world.carry(this, 'relay', () => {
      if (this.relayUp) this.dispatch({ type: 'relay-acked', id });
    });
  }

  take(via: 'relay' | ReplicaId, frame: Frame): void {
    if ('entry' in frame) this.dispatch({ type: 'entries', via, frames: [frame as EntryFrame] });
    else this.dispatch({ type: 'control', via, frame: frame as ControlFrame });
  }

  /** The page dies: memory and everything under way are gone; what the store had written stays. */
  crash(): void {
    if (!this.alive) return;
    this.relayUp = false;
    this.#world.relay.leave(this.state.self);
    this.#world.dropLinksOf(this);
    this.alive = false;
    this.#life += 1;
    const lost = [...this.#unwritten.values()];
    this.composed = this.composed.filter((text) => !lost.includes(text));
    this.#unwritten.clear();
    this.#cancelWake?.();
    this.wanted = [];
  }

  async restart(): Promise<void> {
    if (this.alive) return;
    const { snapshot } = await this.#store.load();
    this.alive = true;
    this.state = initialState('room' as RoomName, this.state.self, snapshot as Snapshot | undefined, this.now);
    this.#statuses = new Map();
    this.dispatch({ type: 'named', name: this.name });
  }

  #perform(effect: Effect): void {
    const life = this.#life;
    const later = (ms: number, run: () => void) =>
      this.#world.time.after(ms, () => {
        if (this.#life === life) run();
      });
    switch (effect.type) {
      case 'seal':
        later(1, () => this.dispatch({ type: 'sealed', entries: this.#seal(effect) }));
        break;
      case 'persist':
        later(WRITE_MS, () => {
          void this.#store.write(effect.changes, 'strict');
          for (const change of effect.changes) {
            if (change.type === 'outgoing') for (const { draft } of change.items) this.#unwritten.delete(draft);
          }
          if (effect.confirm) this.dispatch({ type: 'stored', drafts: effect.confirm });
        });
        break;
      case 'send-relay':
        this.#world.carry(this, 'relay', () => {
          if (this.relayUp && this.#world.relay.isMember(this)) this.#world.relay.take(this, effect);
        });
        break;
      case 'send-link':
        this.#world.sendLink(this, effect.replica, effect.frame);
        break;
      case 'mesh':
        this.wanted = effect.replicas;
        this.#world.mesh();
        break;
      case 'renew':
        later(1, () => this.#renew());
        break;
      case 'wake':
        this.#cancelWake?.();
        if (effect.at !== undefined)
          this.#cancelWake = later(effect.at - this.now, () => this.dispatch({ type: 'tick' }));
    }
  }

  #renew(): void {
    this.cutRelay();
    this.#world.dropLinksOf(this);
    this.dispatch({ type: 'renewed', self: this.#newReplica() });
  }

  #seal({ self, prev, messages }: Extract<Effect, { type: 'seal' }>): readonly { draft: string; entry: Entry }[] {
    let last = prev;
    return messages.map(({ draft, seq, clock, payload }) => {
      const id = `${self}/${seq}/${draft}` as EntryId;
      const entry: Entry = { id, replica: self, seq, prev: last, clock, kind: 'message', payload };
      last = id;
      return { draft, entry };
    });
  }

  #newReplica(): ReplicaId {
    this.#replicas += 1;
    return `replica-${this.index}-${this.#replicas}`.padEnd(22, '_') as ReplicaId;
  }

  #watchStatuses(): void {
    for (const { key, mine, status } of this.view().messages) {
      if (!mine || !status) continue;
      const before = this.#statuses.get(key);
      if (before && RANK[status] < RANK[before])
        this.complaints.push(`status of ${key} went from ${before} to ${status}`);
      this.#statuses.set(key, status);
    }
  }
}
