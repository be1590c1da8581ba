import type { ControlFrame, EntryFrame, Frame } from '../../protocol/frames.ts';
import type { RoomName } from '../../protocol/ids.ts';
import { myHave } from '../core/receive.ts';
import { type Effect, type Event, initialState, type State, type Via } from '../core/state.ts';
import { step } from '../core/step.ts';
import type { RoomView } from '../core/view.ts';
import { sameView, viewOf } from '../core/view-of.ts';
import { Inbox } from './inbox.ts';
import { linkWire } from './link-wire.ts';
import type {
  Identity,
  JoinHello,
  LinkPaths,
  OpenLinks,
  Platform,
  RelayEvents,
  RelayPath,
  Store,
  StoredRoom,
} from './ports.ts';
import type { Traffic } from './room.ts';
import { Writer } from './writer.ts';

export interface RuntimePorts {
  readonly platform: Platform;
  readonly store: Store;
  isGenuine(frame: EntryFrame): Promise<boolean>;
  openRelay(identity: Identity, hello: () => JoinHello, events: RelayEvents): RelayPath;
  /** Absent where this client opens no links. */
  loadLinks: (() => Promise<OpenLinks>) | undefined;
  /** The view is another one; called once for all that one task changed. */
  changed(): void;
  traffic(traffic: Traffic): void;
  /** Makes and stores a new replica's key. */
  newIdentity(): Promise<Identity>;
}

/** The most that setTimeout takes (2^31 - 1 ms); a longer wait is asked for again. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Runs the core: feeds it inputs, carries out its effects by the ports, and tells whoever watches. */
export class RoomRuntime {
  readonly #ports: RuntimePorts;
  readonly #writer: Writer;
  readonly #inboxes = new Map<Via, Inbox>();
  readonly #queue: Event[] = [];
  #identity: Identity;
  #state: State;
  #view: RoomView;
  #linksOpen: Promise<void> = Promise.resolve();
  #renewing = false;
  #relay: RelayPath | undefined;
  #links: LinkPaths | undefined;
  #mesh: Extract<Effect, { type: 'mesh' }> | undefined;
  #running = false;
  #announced = true;
  #closed = false;
  #cancelWake: (() => void) | undefined;

  constructor(room: RoomName, identity: Identity, stored: StoredRoom, ports: RuntimePorts) {
    this.#ports = ports;
    this.#identity = identity;
    this.#state = initialState(room, identity.replica, stored.snapshot, ports.platform.now());
    this.#view = viewOf(this.#state, ports.platform.now(), undefined);
    this.#writer = new Writer(
      ports.store,
      (drafts) => this.dispatch({ type: 'stored', drafts }),
      () => this.dispatch({ type: 'noticed', notice: 'storage-unavailable' }),
    );
  }

  view(): RoomView {
    return this.#view;
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

  /** Opens the paths; they stay open, or try to, until `disconnect`. */
  connect(): void {
    if (this.#relay || this.#closed || this.#renewing) return;
    this.#relay = this.#ports.openRelay(this.#identity, () => this.#hello(), this.#relayEvents());
    this.#relay.start();
    this.#linksOpen = this.#openLinks();
  }

  /** Closes every path with a goodbye. */
  async disconnect(): Promise<void> {
    const relay = this.#relay;
    this.#relay = undefined;
    this.#links?.close();
    this.#links = undefined;
    this.#inboxes.clear();
    await relay?.stop();
  }

  /** Takes a name and goes in, or brings a changed name to those inside. Blank names are ignored. */
  enter(name: string): void {
    const wasOpen = this.#state.phase === 'open';
    this.dispatch({ type: 'named', name });
    if (wasOpen && this.#relay) this.#relay.rejoin();
    else this.resume();
  }

  /** Opens the paths of someone who is inside. */
  resume(): void {
    if (this.#state.phase === 'open') this.connect();
  }

  leave(): void {
    this.#mesh = undefined;
    this.dispatch({ type: 'left' });
    void this.disconnect();
  }

  /** The network came back, or the visitor asked. */
  reconnect(): void {
    this.#relay?.reconnect();
    if (this.#links) this.#links.retryNow();
    else this.#linksOpen = this.#openLinks();
  }

  setVisible(visible: boolean): void {
    this.#relay?.setVisible(visible);
    this.dispatch({ type: 'visible', visible });
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
        this.#relay?.publish(effect.channel, effect.frame);
        break;
      case 'send-link':
        this.#links?.send(effect.replica, effect.frame);
        break;
      case 'mesh':
        this.#mesh = effect;
        this.#links?.want(effect.replicas, effect.fresh, effect.open);
        break;
      case 'renew':
        void this.#renew();
        break;
      case 'wake':
        this.#cancelWake?.();
        if (effect.at !== undefined)
          this.#cancelWake = this.#ports.platform.after(
            Math.min(Math.max(0, effect.at - this.#ports.platform.now()), LONGEST_TIMER),
            () => this.dispatch({ type: 'tick' }),
          );
    }
  }

  async #seal({ self, prev, messages }: Extract<Effect, { type: 'seal' }>): Promise<void> {
    if (self !== this.#identity.replica) return;
    const entries = await this.#identity.seal(prev, messages);
    this.dispatch({ type: 'sealed', entries });
  }

  async #renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    await this.disconnect();
    if (!this.#closed) {
      this.#identity = await this.#ports.newIdentity();
      this.dispatch({ type: 'renewed', self: this.#identity.replica });
    }
    this.#renewing = false;
    this.resume();
  }

  async #openLinks(): Promise<void> {
    const { loadLinks, platform } = this.#ports;
    const open = await loadLinks?.().catch(() => undefined); // a chunk that can't load leaves the relay, and says so by its path
    if (!open || this.#links || !this.#relay) return;
    this.#links = open(
      this.#identity.replica,
      {
        opened: (replica) => this.#inbox(replica).run(() => this.dispatch({ type: 'link-opened', replica })),
        closed: (replica) => this.#inbox(replica).run(() => this.dispatch({ type: 'link-closed', replica })),
        frame: (replica, frame) => this.#inbox(replica).push(frame),
        signal: (replica, frame) => this.#relay?.publish(replica, frame),
        traffic: (direction, kind) => this.#ports.traffic({ path: 'link', direction, kind }),
      },
      platform,
      linkWire(platform),
    );
    this.#links.setIce(this.#ice);
    this.#wantAll();
  }

  #ice: Parameters<LinkPaths['setIce']>[0] = [];

  /** Tries all who are not linked, once the relay can carry the offers; before that they would be lost. */
  #wantAll(): void {
    const mesh = this.#mesh;
    if (mesh && this.#state.relay.state === 'joined') this.#links?.want(mesh.replicas, mesh.replicas, mesh.open);
  }

  #relayEvents(): RelayEvents {
    const inbox = this.#inbox('relay');
    return {
      joined: (reply, now) =>
        inbox.run(async () => {
          const offset = now - this.#ports.platform.now();
          this.#ice = reply.ice;
          this.#links?.setIce(reply.ice);
          const genuine = await Promise.all(reply.entries.map((frame) => this.#ports.isGenuine(frame)));
          const entries = reply.entries.filter((_, i) => genuine[i]);
          this.dispatch({
            type: 'relay-joined',
            reply: { ...reply, entries },
            now: this.#ports.platform.now() + offset,
          });
          this.#wantAll();
        }),
      down: (retryAt) =>
        inbox.run(() => this.dispatch({ type: 'relay-down', ...(retryAt === undefined ? {} : { retryAt }) })),
      barred: (code, message) => inbox.run(() => this.dispatch({ type: 'relay-barred', code, message })),
      frame: (frame) => this.#fromRelay(inbox, frame),
      acked: (id) => this.dispatch({ type: 'relay-acked', id }),
      refused: (id, code, retryAfter) =>
        this.dispatch({ type: 'relay-refused', id, code, ...(retryAfter === undefined ? {} : { retryAfter }) }),
      traffic: (direction, kind) => this.#ports.traffic({ path: 'relay', direction, kind }),
    };
  }

  #fromRelay(inbox: Inbox, frame: Frame): void {
    if ('entry' in frame || frame.kind !== 'signal') {
      inbox.push(frame);
      return;
    }
    const { from } = frame;
    if (!from) return;
    // The chunk may still be under way: an offer waits for it, or the other side would wait for its next try.
    inbox.run(() => void this.#linksOpen.then(() => this.#links?.signalled(from, frame)));
  }

  #inbox(via: Via): Inbox {
    const inbox =
      this.#inboxes.get(via) ??
      new Inbox(via, {
        isGenuine: (frame) => this.#ports.isGenuine(frame),
        entries: (from, frames) => this.dispatch({ type: 'entries', via: from, frames }),
        control: (from, frame: ControlFrame) => this.dispatch({ type: 'control', via: from, frame }),
      });
    this.#inboxes.set(via, inbox);
    return inbox;
  }

  #hello(): JoinHello {
    const { name, cursor } = this.#state;
    return {
      name: name ?? '',
      rtc: this.#ports.loadLinks !== undefined,
      have: myHave(this.#state),
      cursor,
    };
  }

  /** Recomputes the view; tells the watchers once for all that one task changed. */
  #refresh(): void {
    const view = viewOf(this.#state, this.#ports.platform.now(), this.#view);
    if (sameView(view, this.#view)) return;
    this.#view = view;
    if (!this.#announced) return;
    this.#announced = false;
    queueMicrotask(() => {
      this.#announced = true;
      if (!this.#closed) this.#ports.changed();
    });
  }
}
