import { parseCertificate, type SignedCertificate, standingAt } from '../../protocol/certificate.ts';
import { isEncryptedRoom } from '../../protocol/encrypted-rooms.ts';
import type { EntryHeader } from '../../protocol/entry.ts';
import type { RoomName } from '../../protocol/ids.ts';
import type { Sealed } from '../core/events.ts';
import { base64url } from './base64url.ts';
import { ALGORITHM, replicaOf, sealOf, signWith } from './keys.ts';
import { nextTask } from './next-task.ts';
import type { Identity, PayloadCipher, StoredIdentity } from './ports.ts';

/** Entries that are signed before the page has its turn. */
const SIGNED_AT_ONCE = 50;
/** Certificates that are kept: what was numbered just before a renewal is written with the one before. */
const CERTIFICATES = 2;

interface Held {
  readonly text: string;
  readonly certificate: SignedCertificate;
}

/** Makes a key that can sign here and be read nowhere. Rejects where the browser has no WebCrypto. */
export async function createKeys(subtle: SubtleCrypto): Promise<StoredIdentity> {
  return { keys: await subtle.generateKey(ALGORITHM, false, ['sign', 'verify']) };
}

interface IdentityOptions {
  readonly read?: typeof parseCertificate | undefined;
  readonly cipher?: PayloadCipher | undefined;
}

/**
 * Brings a stored key to life for one room.
 *
 * @param read reads what says whose key it is
 * @param cipher of an encrypted room, which nothing is written in without it
 */
export async function identityOf(
  { keys }: StoredIdentity,
  room: RoomName,
  subtle: SubtleCrypto,
  { read = parseCertificate, cipher }: IdentityOptions = {},
): Promise<Identity> {
  if (isEncryptedRoom(room) && !cipher) throw new Error('an encrypted room, and no key');
  const raw = new Uint8Array(await subtle.exportKey('raw', keys.publicKey));
  const replica = await replicaOf(subtle, raw);
  const sign = (text: string) => signWith(subtle, keys.privateKey, text);
  let held: readonly Held[] = [];

  /** The newest that says something of then; where none does the newest, and the relay says what is wrong. */
  const certificateAt = (ms: number): string => {
    const fits = held.find(({ certificate }) => standingAt(certificate, ms) !== 'outside') ?? held[0];
    if (!fits) throw new Error('no relay has certified this key yet');
    return fits.text;
  };

  return {
    replica,
    publicKey: base64url(raw),
    sign,
    certified(text) {
      const parsed = read(text);
      if (!parsed.ok) return undefined;
      held = [{ text, certificate: parsed.value }, ...held].slice(0, CERTIFICATES);
      return parsed.value;
    },
    certificate: () => held[0]?.text,
    recertified(entry) {
      const [newest] = held;
      const fits = newest && standingAt(newest.certificate, entry.clock[0]) !== 'outside';
      return fits ? { ...entry, cert: newest.text } : entry;
    },
    async seal(prev, numbered) {
      const sealed: Sealed[] = [];
      let last = prev;
      for (const [index, { draft, seq, clock, kind, payload: says }] of numbered.entries()) {
        if (index > 0 && index % SIGNED_AT_ONCE === 0) await nextTask();
        const header: EntryHeader = { replica, seq, prev: last, clock, kind };
        const payload = cipher ? await cipher.seal(header, says) : says;
        const { id, text } = await sealOf(subtle, room, header, payload);
        last = id;
        const entry = { ...header, id, payload, cert: certificateAt(clock[0]), sig: await sign(text) };
        sealed.push(payload === says ? { draft, entry } : { draft, entry, opened: { state: 'open', payload: says } });
      }
      return sealed;
    },
  };
}
