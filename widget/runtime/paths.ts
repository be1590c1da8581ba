import type { ControlFrame, EntryFrame, Frame } from '../../protocol/frames.ts';
import type { EntryId, ReplicaId } from '../../protocol/ids.ts';
import type { IceServer, JoinReply } from '../../protocol/join.ts';
import type { Effect } from '../core/effects.ts';
import type { Event, Via } from '../core/events.ts';
import { remember } from '../core/log.ts';
import { genuineAmong, Inbox } from './inbox.ts';
import { linkWire } from './link-wire.ts';
import type { Observe } from './observe.ts';
import type { Identity, JoinHello, LinkPaths, OpenLinks, Platform, RelayEvents, RelayPath } from './ports.ts';

export interface PathPorts {
  readonly platform: Platform;
  isGenuine(frame: EntryFrame): Promise<boolean>;
  openRelay(identity: Identity, hello: () => JoinHello, events: RelayEvents): RelayPath;
  /** Absent where this client opens no links. */
  loadLinks: (() => Promise<OpenLinks>) | undefined;
  readonly observe: Observe;
}

/** The room behind the paths. */
export interface PathsRoom {
  readonly identity: Identity;
  hello(): JoinHello;
  dispatch(event: Event): void;
}

type Mesh = Extract<Effect, { type: 'mesh' }>;

/** Entries whose way to the relay and back is timed at once. */
const UNANSWERED = 1_000;

/** The relay and the links of one stay in a room, from its first connection to its goodbye. Not opened twice. */
export class Paths {
  readonly #ports: PathPorts;
  readonly #room: PathsRoom;
  readonly #relay: RelayPath;
  readonly #inboxes = new Map<Via, Inbox>();
  #links: LinkPaths | undefined;
  /** Settles when the links' chunk is here, or could not be fetched. */
  #linksLoading: Promise<void>;
  #mesh: Mesh | undefined;
  /** When entries went to the relay that have no answer yet, ms. */
  readonly #sentAt = new Map<EntryId, number>();
  #ice: readonly IceServer[] = [];
  #closed = false;

  constructor(room: PathsRoom, ports: PathPorts) {
    this.#ports = ports;
    this.#room = room;
    this.#relay = ports.openRelay(room.identity, room.hello, this.#relayEvents());
    this.#relay.start();
    this.#linksLoading = this.#openLinks();
  }

  publish({ channel, frame }: Extract<Effect, { type: 'send-relay' }>): void {
    if ('entry' in frame) remember(this.#sentAt, frame.entry.id, this.#ports.platform.now(), UNANSWERED);
    this.#relay.publish(channel, frame);
  }

  send({ replica, frame }: Extract<Effect, { type: 'send-link' }>): void {
    this.#links?.send(replica, frame);
  }

  want(mesh: Mesh): void {
    this.#mesh = mesh;
    this.#links?.want(mesh.replicas, mesh.fresh, mesh.open);
  }

  /** Brings a changed name to the relay. */
  rejoin(): void {
    this.#relay.rejoin();
  }

  /** The network came back, or the visitor asked. */
  reconnect(): void {
    this.#relay.reconnect();
    if (this.#links) this.#links.retryNow();
    else this.#linksLoading = this.#openLinks();
  }

  setVisible(visible: boolean): void {
    this.#relay.setVisible(visible);
  }

  /** Says goodbye everywhere. The room hears nothing from here any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#links?.close();
    await this.#relay.stop();
  }

  #tell(event: Event): void {
    if (!this.#closed) this.#room.dispatch(event);
  }

  async #openLinks(): Promise<void> {
    const { loadLinks, platform, observe } = this.#ports;
    const open = await loadLinks?.().catch(() => undefined); // a chunk that can't load leaves the relay, and says so by its path
    if (!open || this.#links || this.#closed) return;
    const tellInTurn = (replica: ReplicaId, event: Event) => this.#inbox(replica).run(() => this.#tell(event));
    this.#links = open(
      this.#room.identity.replica,
      {
        opened: (replica) => tellInTurn(replica, { type: 'link-opened', replica }),
        closed: (replica) => this.#linkClosed(replica),
        frame: (replica, frame) => this.#inbox(replica).push(frame),
        signal: (replica, frame) => this.#relay.publish(replica, frame),
        observe,
      },
      platform,
      linkWire(platform),
    );
    this.#links.setIce(this.#ice);
    if (this.#mesh) this.#links.want(this.#mesh.replicas, this.#mesh.fresh, this.#mesh.open);
  }

  /** After all that the link has brought. Its inbox goes with it, unless another link has come meanwhile. */
  #linkClosed(replica: ReplicaId): void {
    const inbox = this.#inbox(replica);
    inbox.run(() => {
      this.#tell({ type: 'link-closed', replica });
      if (inbox.isLast()) this.#inboxes.delete(replica);
    });
  }

  #relayEvents(): RelayEvents {
    const inbox = this.#inbox('relay');
    return {
      joined: (reply, now) => inbox.run(() => this.#joined(reply, now - this.#ports.platform.now())),
      down: (retryAt) => inbox.run(() => this.#tell({ type: 'relay-down', retryAt })),
      barred: (code, message) => inbox.run(() => this.#tell({ type: 'relay-barred', code, message })),
      frame: (frame) => this.#fromRelay(inbox, frame),
      acked: (id) => {
        this.#answered(id);
        this.#tell({ type: 'relay-acked', id });
      },
      refused: (id, code, retryAfter) => {
        this.#answered(id);
        this.#tell({ type: 'relay-refused', id, code, retryAfter });
      },
      slowed: (retryAfter) => this.#links?.rest(retryAfter),
      traffic: (direction, kind) => this.#ports.observe({ type: 'frame', path: 'relay', direction, kind }),
    };
  }

  /** @param ahead the relay's clock minus ours, ms */
  async #joined(reply: JoinReply, ahead: number): Promise<void> {
    this.#ice = reply.ice;
    this.#links?.setIce(reply.ice);
    const entries = await genuineAmong(reply.entries, this.#ports.isGenuine);
    this.#tell({ type: 'relay-joined', reply: { ...reply, entries }, now: this.#ports.platform.now() + ahead });
  }

  #answered(id: EntryId): void {
    const sentAt = this.#sentAt.get(id);
    if (sentAt === undefined) return;
    this.#sentAt.delete(id);
    this.#ports.observe({ type: 'round-trip', path: 'relay', ms: this.#ports.platform.now() - sentAt });
  }

  #fromRelay(inbox: Inbox, frame: Frame): void {
    if ('entry' in frame || frame.kind !== 'signal') {
      inbox.push(frame);
      return;
    }
    const { from } = frame;
    if (!from) return;
    // The chunk may still be under way: an offer waits for it, or the other side would wait for its next try.
    inbox.run(() => void this.#linksLoading.then(() => this.#links?.signalled(from, frame)));
  }

  #inbox(via: Via): Inbox {
    const inbox =
      this.#inboxes.get(via) ??
      new Inbox(via, {
        isGenuine: (frame) => this.#ports.isGenuine(frame),
        entries: (from, frames) => this.#tell({ type: 'entries', via: from, frames }),
        control: (from, frame: ControlFrame) => this.#tell({ type: 'control', via: from, frame }),
        flooded: (from) => this.#links?.drop(from),
      });
    this.#inboxes.set(via, inbox);
    return inbox;
  }
}
