import { certificateBody, parseCertificate, type SignedCertificate } from '../../protocol/certificate.ts';
import { isUserId, type RoomName } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import { certificateText } from '../../protocol/seal.ts';
import type { PublicKey, PublicKeys } from './keys.ts';
import type { Person } from './person.ts';
import { Recent } from './recent.ts';
import { RelayKey } from './relay-key.ts';

/** A certificate that this relay has signed, and the key that it is about. */
export interface Certified extends PublicKey {
  readonly certificate: SignedCertificate;
}

/** Whom a relay certifies: who a session speaks for, by which key and name. */
export interface Subject {
  readonly person: Pick<Person, 'user' | 'role' | 'expires'>;
  /** base64url of the raw public key. */
  readonly key: string;
  readonly name: string;
}

export interface CertificatesPorts {
  /** The relay's secret; undefined where relays share one that is not known yet. */
  readonly secret: () => string | undefined;
  readonly keys: PublicKeys;
  readonly now: () => number;
}

/** Certificates that are kept at most. Each is checked once while it is in use. */
const KEPT = 16_384;
const SECOND = 1_000;

/** Gives certificates, and knows again those of relays with the same secret. */
export class Certificates {
  private readonly ports: CertificatesPorts;
  private readonly recent: Recent<Certified>;
  private key: RelayKey | undefined;

  constructor(ports: CertificatesPorts) {
    this.ports = ports;
    this.recent = new Recent({ most: KEPT, idle: LIMITS.certificateLife, now: ports.now });
  }

  /** base64url of the relay's raw public key; undefined: there is none yet. */
  get relayKey(): string | undefined {
    return this.signer()?.publicKey;
  }

  /** Certifies a key for a room from now on, for as long as may be: no longer than the login holds. */
  issue(room: RoomName, { person, key, name }: Subject): Result<Issued> {
    const { user, role, expires = Number.POSITIVE_INFINITY } = person;
    if (user !== undefined && !isUserId(user)) return refuse('malformed', 'the login names no user');
    const signer = this.signer();
    if (!signer) return refuse('overloaded', 'the key of the relays is not known yet');
    const from = Math.floor(this.ports.now() / SECOND) * SECOND;
    const until = Math.min(from + LIMITS.certificateLife, Math.floor(expires / SECOND) * SECOND);
    if (until <= from) return refuse('certificate_expired', 'the login has ended');
    const body = certificateBody({ key, user, name, role, from, until });
    const text = `${body}.${signer.sign(certificateText(room, body))}`;
    return accept({ text, until, by: signer });
  }

  /**
   * Reads a certificate that was given for this room; undefined for anything else.
   * @param issued the certificate that its bearer was given here: it is known without checking its signature
   */
  read(room: RoomName, text: string, issued?: Issued): Certified | undefined {
    return this.recent.read(`${room}\n${text}`, () => {
      const isKnown = issued?.text === text && issued.by === this.signer();
      return this.check(room, text, isKnown);
    });
  }

  private check(room: RoomName, text: string, isKnown: boolean): Certified | undefined {
    const parsed = parseCertificate(text);
    if (!parsed.ok) return undefined;
    const { body, sig, key } = parsed.value;
    if (!isKnown && !this.signer()?.verifies(certificateText(room, body), sig)) return undefined;
    const about = this.ports.keys.read(key);
    return about && { ...about, certificate: parsed.value };
  }

  private signer(): RelayKey | undefined {
    const secret = this.ports.secret();
    if (secret !== undefined && secret !== this.key?.secret) this.key = new RelayKey(secret);
    return this.key;
  }
}

/** A certificate that was just given, and when it ends. */
export interface Issued {
  readonly text: string;
  readonly until: number;
  /** The key that it was signed with. */
  readonly by: RelayKey;
}
