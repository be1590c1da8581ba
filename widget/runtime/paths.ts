import type { ControlFrame, EntryFrame, Frame } from '../../protocol/frames.ts';
import type { EntryId, ReplicaId } from '../../protocol/ids.ts';
import type { JoinReply, Renewal } from '../../protocol/join.ts';
import { type Result, refuse } from '../../protocol/result.ts';
import type { Effect } from '../core/effects.ts';
import type { Event, Via } from '../core/events.ts';
import { remember } from '../core/log.ts';
import { IceTerms } from './ice-terms.ts';
import { genuineAmong, Inbox, type InboxOptions } from './inbox.ts';
import { linkWire } from './link-wire.ts';
import type { Observe } from './observe.ts';
import { Peers } from './peers.ts';
import type {
  CodeReply,
  CodeRequest,
  Identity,
  JoinHello,
  LinkPaths,
  OpenLinks,
  PayloadCipher,
  Platform,
  RelayEvents,
  RelayPath,
} from './ports.ts';
import { RenewalTimer } from './renewal.ts';
import type { Trust } from './trust.ts';

export interface PathPorts {
  readonly platform: Platform;
  readonly trust: Pick<Trust, keyof Trust>;
  openRelay(identity: Identity, hello: () => JoinHello, events: RelayEvents): RelayPath;
  /** Absent where this client opens no links. */
  loadLinks: (() => Promise<OpenLinks>) | undefined;
  /** Whether links must not show this visitor's address now. */
  isHidden(): boolean;
  readonly observe: Observe;
  /** Of an encrypted room. */
  readonly cipher?: PayloadCipher | undefined;
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
  readonly #checks: Pick<InboxOptions, 'check' | 'open'>;
  #links: LinkPaths | undefined;
  /** Settles when the links' chunk is here, or could not be fetched. */
  #linksLoading: Promise<void>;
  #linksAsked = false;
  #mesh: Mesh | undefined;
  /** When entries went to the relay that have no answer yet, ms. */
  readonly #sentAt = new Map<EntryId, number>();
  readonly #ice: IceTerms;
  /** The relay has named no TURN server to one whose address is hidden: others are told not to try. */
  #linkless = false;
  readonly #renewal: RenewalTimer;
  /** The relay's clock minus this one's, ms. */
  #ahead = 0;
  readonly #peers: Peers;
  #closed = false;

  constructor(room: PathsRoom, ports: PathPorts) {
    this.#ports = ports;
    this.#room = room;
    const { platform, trust, cipher } = ports;
    const { identity } = room;
    this.#peers = new Peers({ platform, trust, identity, ahead: () => this.#ahead });
    this.#checks = { check: ({ entry }) => trust.check(entry), open: cipher && ((entry) => cipher.open(entry)) };
    this.#ice = new IceTerms(platform, ports.isHidden(), () => this.#renewIce());
    this.#relay = ports.openRelay(identity, () => this.#hello(), this.#relayEvents());
    this.#renewal = new RenewalTimer(platform, () => this.#relay.renew());
    this.#relay.start();
    this.#linksLoading = this.#openLinks();
  }

  publish({ channel, frame }: Extract<Effect, { type: 'send-relay' }>): void {
    if (!('entry' in frame)) return this.#relay.publish(channel, frame);
    const { identity } = this.#room;
    remember(this.#sentAt, frame.entry.id, this.#ports.platform.now(), UNANSWERED);
    const isMine = frame.entry.replica === identity.replica;
    this.#relay.publish(channel, isMine ? { ...frame, entry: identity.recertified(frame.entry) } : frame);
  }

  say({ draft, body }: Extract<Effect, { type: 'say' }>): void {
    this.#relay.say(draft, body);
  }

  send({ replica, frame }: Extract<Effect, { type: 'send-link' }>): void {
    this.#links?.send(replica, frame);
  }

  /** Closes a link, whatever its other side would like. */
  drop(replica: ReplicaId): void {
    this.#links?.drop(replica);
  }

  want(mesh: Mesh): void {
    this.#mesh = mesh;
    this.#mend(mesh.fresh);
  }

  /** The visitor's address is to be hidden, or may be shown: links that go by the other rule end, and begin anew. */
  addressChanged(): void {
    const relayOnly = this.#ports.isHidden();
    if (relayOnly === this.#ice.relayOnly) return;
    this.#ice.relayOnly = relayOnly;
    this.#links?.want([], [], false);
    if (this.#linkless) {
      this.#linkless = false;
      this.#relay.rejoin();
    } else this.#iceChanged(this.#mesh?.replicas);
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

  /** Of rooms without a relay. */
  async code(request: CodeRequest): Promise<Result<CodeReply>> {
    await this.#linksLoading;
    return this.#links?.code?.(request) ?? refuse('room_forbidden', 'not by codes');
  }

  /** Calls back when all that has come by now is dispatched: of each path, one after the other. */
  settled(then: () => void): void {
    for (const inbox of this.#inboxes.values()) inbox.run(then);
  }

  setVisible(visible: boolean): void {
    this.#relay.setVisible(visible);
  }

  /** Says goodbye everywhere. The room hears nothing from here any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#renewal.stop();
    this.#ice.stop();
    this.#links?.close();
    await this.#relay.stop();
  }

  #tell(event: Event): void {
    if (!this.#closed) this.#room.dispatch(event);
  }

  async #openLinks(): Promise<void> {
    const { loadLinks, platform, observe } = this.#ports;
    if (!this.#ice.mayLink) return;
    this.#linksAsked = true;
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
        clock: (skew) => {
          this.#ahead = skew;
          this.#tell({ type: 'clock', skew });
        },
        observe,
      },
      platform,
      linkWire(platform, this.#peers),
    );
    this.#links.setIce(this.#ice.servers, this.#ice.relayOnly);
    this.#mend(this.#mesh?.fresh);
  }

  /** Keeps links with those who are wanted, as far as there may be any. */
  #mend(fresh: readonly ReplicaId[] = []): void {
    const mesh = this.#mesh;
    if (!mesh || !this.#ice.mayLink) return;
    if (this.#ice.isStale)
      this.#relay.renew(); // what the answer brings is tried at once
    else this.#links?.want(mesh.replicas, fresh, mesh.open);
  }

  /** Credentials are of no use to one who has nobody to link with. */
  #renewIce(): void {
    if (this.#mesh && this.#mesh.replicas.length > 0) this.#relay.renew();
  }

  #iceChanged(fresh: readonly ReplicaId[] | undefined): void {
    const { servers, relayOnly, mayLink } = this.#ice;
    this.#links?.setIce(servers, relayOnly);
    if (this.#links) this.#mend(fresh);
    else if (!this.#linksAsked) this.#linksLoading = this.#openLinks();
    // Asked for anew, as it must have been, and none came: whoever tries to reach this side would wait in vain.
    if (mayLink || this.#linkless || this.#ports.loadLinks === undefined) return;
    this.#linkless = true;
    this.#relay.rejoin();
  }

  #hello(): JoinHello {
    const hello = this.#room.hello();
    return { ...hello, rtc: hello.rtc && !this.#linkless };
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
      renewed: (renewal) => {
        const wasStale = this.#ice.isStale;
        this.#certified(renewal);
        this.#ice.learn(renewal.ice, renewal.iceLasts);
        this.#iceChanged(wasStale ? this.#mesh?.fresh : undefined);
      },
      down: (retryAt) => {
        this.#linkless = false; // the next session may have a TURN server to name
        inbox.run(() => this.#tell({ type: 'relay-down', retryAt }));
      },
      barred: (code, message) => inbox.run(() => this.#tell({ type: 'relay-barred', code, message })),
      frame: (frame) => this.#fromRelay(inbox, frame),
      acked: (id) => {
        this.#answered(id);
        this.#tell({ type: 'relay-acked', id });
      },
      refused: (id, code, retryAfter) => {
        this.#answered(id);
        if (code === 'certificate_expired') this.#relay.renew();
        this.#tell({ type: 'relay-refused', id, code, retryAfter });
      },
      said: (draft, id) => this.#tell({ type: 'relay-said', draft, id }),
      unsaid: (draft, code, retryAfter) => this.#tell({ type: 'relay-unsaid', draft, code, retryAfter }),
      slowed: (retryAfter) => this.#links?.rest(retryAfter),
      traffic: (direction, kind) => this.#ports.observe({ type: 'frame', path: 'relay', direction, kind }),
    };
  }

  /** @param ahead the relay's clock minus ours, ms */
  async #joined(reply: JoinReply, ahead: number): Promise<void> {
    this.#ice.learn(reply.ice, reply.iceLasts);
    this.#iceChanged(undefined);
    this.#ahead = ahead;
    this.#certified(reply);
    const genuine = (frames: readonly EntryFrame[]) =>
      genuineAmong(frames, this.#checks, (count, forged) => this.#dropped('relay', count, forged));
    const checked = {
      rulings: await genuine(reply.rulings),
      entries: await genuine(reply.entries),
      proofs: await genuine(reply.proofs),
    };
    this.#tell({ type: 'relay-joined', reply: { ...reply, ...checked }, now: this.#ports.platform.now() + ahead });
  }

  #certified({ certificate, relayKey }: Renewal): void {
    this.#ports.trust.learn(relayKey);
    const held = this.#room.identity.certified(certificate);
    if (held && !this.#closed) this.#renewal.certified(held, this.#ahead);
  }

  /** Whoever brings by a link what was made up is not linked with again for this stay. */
  #dropped(via: Via, count: number, forged: number): void {
    const { observe } = this.#ports;
    for (let n = 0; n < count; n += 1)
      observe({ type: 'dropped', what: 'entry', code: n < forged ? 'bad_signature' : 'bad_certificate' });
    if (via !== 'relay' && this.#peers.brought(via, forged)) this.#links?.drop(via);
  }

  #answered(id: EntryId): void {
    const sentAt = this.#sentAt.get(id);
    if (sentAt === undefined) return;
    this.#sentAt.delete(id);
    this.#ports.observe({ type: 'round-trip', path: 'relay', ms: this.#ports.platform.now() - sentAt });
  }

  #fromRelay(inbox: Inbox, frame: Frame): void {
    if ('entry' in frame || frame.kind !== 'signal') {
      // Without a key nothing can be checked here: the relay has checked what it stamps, not what members give each other.
      const isUnchecked = !('entry' in frame) && frame.kind === 'entries' && frame.from !== undefined;
      if (isUnchecked && this.#room.identity.host !== undefined) return;
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
        ...this.#checks,
        entries: (from, frames) => this.#tell({ type: 'entries', via: from, frames }),
        control: (from, frame: ControlFrame) =>
          this.#tell({
            type: 'control',
            via: from,
            frame: from === 'relay' ? frame : this.#peers.vouched(from, frame),
          }),
        dropped: (from, count, forged) => this.#dropped(from, count, forged),
        flooded: (from) => this.#links?.drop(from),
      });
    this.#inboxes.set(via, inbox);
    return inbox;
  }
}
