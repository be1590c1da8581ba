import { authorOf, standingAt } from '../../protocol/certificate.ts';
import type { Author, ControlFrame } from '../../protocol/frames.ts';
import type { ReplicaId, RoomName } from '../../protocol/ids.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import { remember } from '../core/log.ts';
import type { Identity, LinkKeys, Platform } from './ports.ts';
import type { Trust } from './trust.ts';

/** Made-up entries from which on a peer is not linked with; peers that are remembered. */
const FORGERIES = 8;
const PEERS = 256;

export interface PeersPorts {
  readonly platform: Platform;
  readonly trust: Pick<Trust, keyof Trust>;
  readonly identity: Identity;
  /** The relay's clock minus this one's, ms. */
  readonly ahead: () => number;
}

/** Who is at the other end of links: what their signals are vouched for with, and what came of what they brought. */
export class Peers implements LinkKeys {
  readonly #ports: PeersPorts;
  /** As their certificates say. */
  readonly #authors = new Map<ReplicaId, Author>();
  /** Entries that links have brought and that were made up. */
  readonly #forged = new Map<ReplicaId, number>();

  constructor(ports: PeersPorts) {
    this.#ports = ports;
  }

  get room(): RoomName {
    return this.#ports.trust.room;
  }

  hash(text: string): Promise<string> {
    return this.#ports.trust.hash(text);
  }

  async sign(text: string): Promise<{ readonly cert: string; readonly sig: string } | undefined> {
    const { identity } = this.#ports;
    const cert = identity.certificate();
    return cert === undefined ? undefined : { cert, sig: await identity.sign(text) };
  }

  async vouch(from: ReplicaId, cert: string, text: string, sig: string): Promise<Result<number>> {
    const { trust, platform, ahead } = this.#ports;
    if (this.#isForger(from)) return refuse('bad_signature', 'of a peer that forges');
    const signer = await trust.signer(cert, text, sig);
    if (signer?.replica !== from) return refuse('bad_signature', 'not signed by its sender');
    const now = platform.now() + ahead();
    if (standingAt(signer.certificate, now) !== 'valid') return refuse('certificate_expired', 'not valid now');
    remember(this.#authors, from, authorOf(signer.certificate, from, now), PEERS);
    return accept(signer.certificate.until - ahead());
  }

  async whose(cert: string): Promise<(Author & { readonly replica: ReplicaId }) | undefined> {
    const { trust, platform } = this.#ports;
    const known = await trust.read(cert);
    if (!known) return undefined;
    const { replica, certificate } = known;
    return { replica, ...authorOf(certificate, replica, platform.now()) };
  }

  /** What a peer says of itself on a link is what its certificate says. */
  vouched(from: ReplicaId, frame: ControlFrame): ControlFrame {
    const author = this.#authors.get(from);
    return frame.kind === 'hello' && author ? { ...frame, author } : frame;
  }

  /** A peer has brought so many entries that were made up. Gives whether it is not to be linked with again for this stay. */
  brought(from: ReplicaId, forged: number): boolean {
    if (forged > 0) remember(this.#forged, from, (this.#forged.get(from) ?? 0) + forged, PEERS);
    return this.#isForger(from);
  }

  #isForger(replica: ReplicaId): boolean {
    return (this.#forged.get(replica) ?? 0) >= FORGERIES;
  }
}
