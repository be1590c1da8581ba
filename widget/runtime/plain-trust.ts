import { authorOf, parseCertificate } from '../../protocol/certificate.ts';
import type { Entry } from '../../protocol/entry.ts';
import type { RoomName } from '../../protocol/ids.ts';
import type { Trust, Verdict } from './trust.ts';

/** Trust where nothing can be verified: the relay's word, which has checked what it stamps. */
export class PlainTrust implements Pick<Trust, keyof Trust> {
  readonly room: RoomName;

  constructor(room: RoomName) {
    this.room = room;
  }

  learn(): void {
    // There is nothing that its key could be used for.
  }

  /** Whom the certificate names that the entry came with. */
  async check({ cert, replica, clock }: Entry): Promise<Verdict> {
    const certificate = parseCertificate(cert);
    return certificate.ok ? authorOf(certificate.value, replica, clock[0]) : 'foreign';
  }

  async read(): Promise<undefined> {
    return undefined;
  }

  async signer(): Promise<undefined> {
    return undefined;
  }

  async hash(): Promise<string> {
    throw new Error('no WebCrypto');
  }
}
