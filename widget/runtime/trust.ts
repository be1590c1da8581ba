import { authorOf, parseCertificate, type SignedCertificate, standingAt } from '../../protocol/certificate.ts';
import type { Entry } from '../../protocol/entry.ts';
import type { Author } from '../../protocol/frames.ts';
import type { RoomName } from '../../protocol/ids.ts';
import { certificateText } from '../../protocol/seal.ts';
import { hash, type PublicKey, readKey, sealOf, verifies } from './keys.ts';

/** A certificate that a relay known here has signed, and the key that it is about. */
export interface Certified extends PublicKey {
  readonly certificate: SignedCertificate;
}

/**
 * What an entry is: its author's, as the certificate names them; of a relay that is not known here, so that nobody can
 * tell; or not what whoever it names has signed.
 */
export type Verdict = Author | 'foreign' | 'forged';

/** Keys of relays that are remembered, the newest first: what was signed before a relay's key changed still counts. */
const RELAYS = 4;
/** Certificates that are remembered; the oldest goes first. */
const KEPT = 512;

/** Whose word counts in a room: that of its relay, whose key this client has been told by its server. */
export class Trust {
  readonly #subtle: SubtleCrypto;
  readonly room: RoomName;
  readonly #learned: (relays: readonly string[]) => void;
  #relays: readonly string[];
  readonly #kept = new Map<string, Promise<Certified | undefined>>();

  /**
   * @param relays keys as they were known before, the newest first
   * @param learned keeps them for the next page
   */
  constructor(
    subtle: SubtleCrypto,
    room: RoomName,
    relays: readonly string[] = [],
    learned: (relays: readonly string[]) => void = () => undefined,
  ) {
    this.#subtle = subtle;
    this.room = room;
    this.#relays = relays;
    this.#learned = learned;
  }

  /** The room's relay signs with this key now. */
  learn(relay: string): void {
    if (this.#relays[0] === relay) return;
    this.#relays = [relay, ...this.#relays.filter((other) => other !== relay)].slice(0, RELAYS);
    this.#kept.clear();
    this.#learned(this.#relays);
  }

  /** Never rejects. */
  async check(entry: Entry): Promise<Verdict> {
    const certified = await this.read(entry.cert);
    if (!certified) return 'foreign';
    const { certificate, replica, key } = certified;
    const [at] = entry.clock;
    if (replica !== entry.replica || standingAt(certificate, at) === 'outside') return 'forged';
    const { id, text } = await sealOf(this.#subtle, this.room, entry, entry.payload);
    const holds = id === entry.id && (await verifies(this.#subtle, key, text, entry.sig));
    return holds ? authorOf(certificate, replica, at) : 'forged';
  }

  /** Undefined for what no relay known here has signed for this room. Each is checked once while it is in use. */
  read(cert: string): Promise<Certified | undefined> {
    const known = this.#kept.get(cert);
    if (known) return known;
    if (this.#kept.size >= KEPT) this.#kept.delete(this.#kept.keys().next().value ?? '');
    const certified = this.certify(cert).catch(() => undefined); // no base64url, or no point of the curve
    this.#kept.set(cert, certified);
    return certified;
  }

  /** Whose text this is by their signature; undefined where it is not that of the certificate's key. */
  async signer(cert: string, text: string, sig: string): Promise<Certified | undefined> {
    const certified = await this.read(cert);
    return certified && (await verifies(this.#subtle, certified.key, text, sig)) ? certified : undefined;
  }

  /** base64url SHA-256 of a text's UTF-8 bytes. */
  hash(text: string): Promise<string> {
    return hash(this.#subtle, text);
  }

  protected async certify(cert: string): Promise<Certified | undefined> {
    const parsed = parseCertificate(cert);
    if (!parsed.ok) return undefined;
    const { body, sig, key } = parsed.value;
    for (const relay of this.#relays) {
      const { key: signer } = await readKey(this.#subtle, relay);
      if (!(await verifies(this.#subtle, signer, certificateText(this.room, body), sig))) continue;
      return { ...(await readKey(this.#subtle, key)), certificate: parsed.value };
    }
    return undefined;
  }
}
