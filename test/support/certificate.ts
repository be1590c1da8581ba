import { certificateBody } from '../../protocol/certificate.ts';
import type { RoomName } from '../../protocol/ids.ts';
import { Certificates } from '../../server/trust/certificates.ts';
import { PublicKeys } from '../../server/trust/keys.ts';
import { GUEST, type Person } from '../../server/trust/person.ts';

/** A text of a certificate's shape, for what looks no further. */
export function shapedCertificate(name = 'Name', from = 1_000): string {
  const until = from + 900_000;
  const body = certificateBody({ key: 'k'.repeat(87), user: undefined, name, role: 'member', from, until });
  return `${body}.${'w'.repeat(86)}`;
}

/** As `shapedCertificate`, of a moderator. */
export function moderatorCertificate(from: number): string {
  const begins = Math.floor(from / 1_000) * 1_000;
  const times = { from: begins, until: begins + 900_000 };
  const body = certificateBody({ key: 'k'.repeat(87), user: undefined, name: 'Me', role: 'moderator', ...times });
  return `${body}.${'w'.repeat(86)}`;
}

/** A relay that certifies keys and does nothing else. */
export class TestAuthority {
  now: number;
  readonly certificates: Certificates;

  constructor(now = 1_000_000_000_000, secret = 'the secret of a relay in a test') {
    this.now = now;
    this.certificates = new Certificates({
      secret: () => secret,
      keys: new PublicKeys(() => this.now),
      now: () => this.now,
    });
  }

  get relayKey(): string {
    return this.certificates.relayKey ?? '';
  }

  certify(room: RoomName, key: string, name = 'Name', person: Partial<Person> = {}): string {
    const issued = this.certificates.issue(room, { person: { ...GUEST, ...person }, key, name });
    if (!issued.ok) throw new Error(issued.message);
    return issued.value.text;
  }
}
