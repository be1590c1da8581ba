import type { EntryFrame, Frame } from '../../../protocol/frames.ts';
import type { ReplicaId, RoomName } from '../../../protocol/ids.ts';
import type { Effect } from '../../../widget/core/effects.ts';
import type { Event } from '../../../widget/core/events.ts';
import type { Composition } from '../../../widget/core/outbox.ts';
import { initialState, type State } from '../../../widget/core/state.ts';
import { step } from '../../../widget/core/step.ts';
import type { RoomView } from '../../../widget/core/view.ts';
import { viewOf } from '../../../widget/core/view-of.ts';
import type { RelayConnection } from './connection.ts';
import type { SimulatedLink } from './link.ts';
import { RelayPath } from './relay-path.ts';
import { authorOf, replicaId } from './signer.ts';
import { StatusWatch } from './status-watch.ts';
import { Disk } from './storage.ts';
import type { World } from './world.ts';
import { SimulatedWriter } from './writer.ts';

/** How a page ends, and what of its storage is there when it comes back. */
export type Ending = 'page' | 'power' | 'rollback' | 'wipe';

/** One visitor: the real core, with paths, storage, keys and clock played by the world. */
export class SimulatedClient {
  readonly name: string;
  readonly rtc: boolean;
  readonly index: number;
  readonly disk = new Disk();
  state: State;
  alive = true;
  /** Ms this client's clock is ahead of true time. */
  clockError: number;
  wanted: readonly ReplicaId[] = [];
  meshOpen = true;
  /** How many of the messages that come are answered at once, by its visitor. */
  answers = 0;
  /** On its way to become a new replica: it has no paths then. */
  renewing = false;
  readonly #world: World;
  readonly #statuses: StatusWatch;
  readonly #relay: RelayPath;
  readonly #writer: SimulatedWriter;
  #cancelWake: (() => void) | undefined;
  /** Timers and answers of a page that has died are not heard. */
  #life = 0;
  #replicas = 0;
  #queue: Event[] = [];
  #running = false;
  #frozen = false;

  constructor(world: World, index: number, options: { rtc: boolean; clockError: number }) {
    this.#world = world;
    this.index = index;
    this.name = `Visitor ${index}`;
    this.rtc = options.rtc;
    this.clockError = options.clockError;
    this.#statuses = new StatusWatch(world.watch, this.name);
    this.#relay = new RelayPath(world, this, (ms, run) => this.#later(ms, run));
    this.#writer = new SimulatedWriter({
      disk: this.disk,
      random: world.random,
      later: (ms, run) => this.#later(ms, run),
      stored: (confirmed) => this.dispatch({ type: 'stored', ...confirmed }),
      failed: () => this.dispatch({ type: 'noticed', notice: 'storage-unavailable' }),
    });
    this.state = initialState('room' as RoomName, this.#newReplica(), undefined, this.now);
    this.dispatch({ type: 'named', name: this.name });
  }

  get now(): number {
    return this.#world.time.now + this.clockError;
  }

  get connection(): RelayConnection | undefined {
    return this.#relay.connection;
  }

  get joined(): boolean {
    return this.connection?.joined ?? false;
  }

  /** When the relay last let it in. */
  get joinedAt(): number {
    return this.#relay.joinedAt;
  }

  /** Whether its visitor can do anything now. */
  get awake(): boolean {
    return this.alive && !this.#frozen;
  }

  view(): RoomView {
    return viewOf(this.state, this.now, undefined);
  }

  /** Whether it is or was this replica. */
  was(replica: ReplicaId): boolean {
    return replica.startsWith(`replica-${this.index}-`);
  }

  compose(draft: string, content: Composition): void {
    this.dispatch({ type: 'composed', draft, content });
  }

  dispatch(event: Event): void {
    if (!this.alive) return;
    this.#world.countInput();
    this.#queue.push(event);
    if (!this.#running && !this.#frozen) this.#run();
  }

  /** The device sleeps: what comes meanwhile is dealt with when it wakes, all at once. */
  freeze(ms: number): void {
    if (!this.alive || this.#frozen) return;
    this.#frozen = true;
    this.#later(ms, () => {
      this.#frozen = false;
      this.#run();
    });
  }

  #run(): void {
    this.#running = true;
    const life = this.#life;
    for (let next = this.#queue.shift(); next && life === this.#life; next = this.#queue.shift()) {
      const before = this.state;
      const { state, effects } = step(before, { ...next, at: this.now, random: this.#world.random() });
      this.state = state;
      for (const effect of effects) this.#perform(effect);
      this.#statuses.look(before, state);
    }
    this.#running = false;
  }

  take(via: 'relay' | ReplicaId, frame: Frame): void {
    const { signer, watch } = this.#world;
    const genuine = ({ entry }: EntryFrame) => {
      if (!signer.isGenuine(entry)) watch.rejected += 1;
      else if (entry.replica !== this.state.self) watch.taken(entry);
      else return true;
      return signer.isGenuine(entry);
    };
    if ('entry' in frame) {
      if (!genuine(frame)) return;
      this.dispatch({ type: 'entries', via, frames: [authored(frame)] });
      if (this.answers > 0 && frame.entry.replica !== this.state.self) this.#answer();
    } else if (frame.kind === 'entries' || frame.kind === 'proof') {
      const entries = frame.entries.filter(genuine).map(authored);
      this.dispatch({ type: 'control', via, frame: { ...frame, entries } });
    } else this.dispatch({ type: 'control', via, frame });
  }

  connect(): void {
    this.#relay.connect();
  }

  /** The visitor, or the browser's `online`, asks for a try now. */
  reconnect(): void {
    this.#relay.reconnect();
  }

  /** Takes another name, or comes back under one. */
  rename(name: string): void {
    if (!this.awake) return;
    const inside = this.state.phase === 'open';
    this.dispatch({ type: 'named', name });
    if (inside) this.#relay.rejoin();
    else this.connect();
  }

  /** The visitor leaves the room, and keeps the page. */
  leave(): void {
    if (!this.awake || this.renewing) return;
    this.dispatch({ type: 'left' });
    this.#dropPaths();
    this.dispatch({ type: 'disconnected' });
  }

  /** Comes back, if they have left. */
  enter(): void {
    if (!this.awake) return;
    if (this.state.phase === 'left') this.dispatch({ type: 'named', name: this.name });
    this.connect();
  }

  linkOpens(link: SimulatedLink): boolean {
    return this.#world.linkOpens(this, link);
  }

  linkOpened(replica: ReplicaId): void {
    this.dispatch({ type: 'link-opened', replica });
  }

  linkClosed(replica: ReplicaId): void {
    this.dispatch({ type: 'link-closed', replica });
  }

  /** The page dies: memory and everything under way are gone; of the disk it depends. */
  crash(ending: Ending): void {
    if (!this.alive) return;
    const { random, watch } = this.#world;
    this.alive = false;
    this.#life += 1;
    this.#writer.crash();
    this.#queue = [];
    this.#running = false;
    this.#frozen = false;
    this.renewing = false;
    this.#cancelWake?.();
    if (ending === 'power') this.disk.cutPower(random());
    if (ending === 'rollback') {
      this.disk.rollBack(random());
      watch.rolledBack.add(this);
    }
    if (ending === 'wipe') this.disk.wipe();
    this.disk.failing = false;
    this.#dropPaths();
    this.wanted = [];
    watch.somethingLost();
  }

  restart(): void {
    if (this.alive) return;
    this.alive = true;
    const { identity } = this.disk;
    const self = identity ?? this.#newReplica();
    const snapshot = this.disk.load();
    const isKnown = identity !== undefined || snapshot !== undefined;
    this.state = initialState('room' as RoomName, self, snapshot, this.now, isKnown);
    this.#statuses.startOver();
    this.dispatch({ type: 'named', name: this.name });
  }

  #answer(): void {
    this.answers -= 1;
    this.#later(0, () => this.#world.say(this));
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'seal':
        this.#world.watch.numbered(
          this,
          effect.messages.map(({ clock }) => clock),
        );
        this.#later(1 + this.#world.random() * 5, () => this.#seal(effect));
        break;
      case 'persist':
        this.#writer.add(effect.changes, effect.confirm);
        break;
      case 'send-relay':
        this.#world.watch.sent(this, effect.frame, effect.channel);
        this.connection?.send(effect);
        break;
      case 'send-link':
        this.#world.watch.sent(this, effect.frame, effect.replica);
        this.#world.linkTo(this, effect.replica)?.send(this, effect.frame);
        break;
      case 'mesh':
        this.wanted = effect.replicas;
        this.meshOpen = effect.open;
        this.#later(0, () => this.#world.mesh());
        break;
      case 'renew':
        this.#renew();
        break;
      case 'wake':
        this.#cancelWake?.();
        if (effect.at !== undefined)
          this.#cancelWake = this.#later(effect.at - this.now, () => this.dispatch({ type: 'tick' }));
        break;
      default:
        break;
    }
  }

  #seal(effect: Extract<Effect, { type: 'seal' }>): void {
    if (effect.self !== this.state.self) return;
    const entries = this.#world.signer.seal(effect);
    this.#world.watch.sealed(this, entries);
    this.dispatch({ type: 'sealed', entries });
  }

  /** Says goodbye everywhere, takes a new key, and comes back as somebody new. */
  #renew(): void {
    if (this.renewing) return;
    this.renewing = true;
    this.#later(1, () => {
      this.dispatch({ type: 'disconnected' });
      this.#dropPaths();
      this.#later(1 + this.#world.random() * 20, () => {
        this.dispatch({ type: 'renewed', self: this.#newReplica() });
        this.renewing = false;
        this.connect();
      });
    });
  }

  #dropPaths(): void {
    this.#relay.drop();
    this.#world.dropLinksOf(this);
  }

  #newReplica(): ReplicaId {
    this.#replicas += 1;
    const replica = replicaId(this.index, this.#replicas);
    this.disk.write([{ type: 'identity', replica }], true);
    return replica;
  }

  #later(ms: number, run: () => void): () => void {
    const life = this.#life;
    return this.#world.time.after(ms, () => {
      if (this.#life === life) run();
    });
  }
}

/** Whom the certificate names is for the edge to say. */
function authored({ v, entry, epoch, offset }: EntryFrame): EntryFrame {
  return {
    v,
    entry,
    author: authorOf(entry),
    ...(epoch === undefined ? {} : { epoch }),
    ...(offset === undefined ? {} : { offset }),
  };
}
