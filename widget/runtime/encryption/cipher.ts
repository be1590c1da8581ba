import type { EntryHeader } from '../../../protocol/entry.ts';
import { envelopeText, isEncryptedKind, type KeyId, parseEnvelope } from '../../../protocol/envelope.ts';
import type { Opened } from '../../../protocol/frames.ts';
import type { ReplicaId, RoomName } from '../../../protocol/ids.ts';
import { payloadText } from '../../../protocol/seal.ts';
import { base64url, fromBase64url } from '../base64url.ts';
import type { PayloadCipher } from '../ports.ts';
import { type RoomKey, roomKey, senderKey } from './secrets.ts';

/** Bytes of a nonce: what GCM is made for (NIST SP 800-38D, 8.2.2: 2^32 random ones a key). */
const NONCE = 12;
/** Senders' keys that are kept; the oldest goes first. */
const SENDERS = 1_024;

/** Encrypts what one room's members write with the newest key, and opens what any key opens that is held. */
export class RoomCipher implements PayloadCipher {
  readonly #crypto: Pick<Crypto, 'subtle' | 'getRandomValues'>;
  readonly #room: RoomName;
  readonly #keys = new Map<KeyId, RoomKey>();
  /** By key and replica. */
  readonly #senders = new Map<string, Promise<CryptoKey>>();
  #current: RoomKey | undefined;

  constructor(crypto: Pick<Crypto, 'subtle' | 'getRandomValues'>, room: RoomName) {
    this.#crypto = crypto;
    this.#room = room;
  }

  /** Sets the keys that are held; the first is written with. */
  async hold(secrets: readonly string[]): Promise<void> {
    const keys = await Promise.all(secrets.map((secret) => roomKey(this.#crypto.subtle, secret)));
    for (const key of keys) if (!this.#keys.has(key.id)) this.#keys.set(key.id, key);
    this.#current = keys[0];
  }

  async seal(header: EntryHeader, payload: string): Promise<string> {
    if (!isEncryptedKind(header.kind)) return payload;
    const key = this.#current;
    if (!key) throw new Error('no key to encrypt with');
    const nonce = this.#crypto.getRandomValues(new Uint8Array(NONCE));
    const algorithm = this.#algorithm(header, key.id, nonce);
    const sender = await this.#sender(key, header.replica);
    const sealed = await this.#crypto.subtle.encrypt(algorithm, sender, new TextEncoder().encode(payload));
    return envelopeText({ key: key.id, nonce: base64url(nonce), sealed: base64url(sealed) });
  }

  async open({ payload, ...header }: EntryHeader & { readonly payload: string }): Promise<Opened | undefined> {
    if (!isEncryptedKind(header.kind)) return undefined;
    const envelope = parseEnvelope(payload);
    if (!envelope.ok) return { state: 'plain' };
    const { key: id, nonce, sealed } = envelope.value;
    const key = this.#keys.get(id);
    if (!key) return { state: 'locked', key: id };
    try {
      const algorithm = this.#algorithm(header, id, fromBase64url(nonce));
      const sender = await this.#sender(key, header.replica);
      const opened = await this.#crypto.subtle.decrypt(algorithm, sender, fromBase64url(sealed));
      return { state: 'open', payload: new TextDecoder('utf-8', { fatal: true }).decode(opened) };
    } catch {
      return { state: 'damaged' }; // not what a holder of this key has sealed under this header
    }
  }

  #algorithm(header: EntryHeader, key: KeyId, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
    return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(payloadText(this.#room, header, key)) };
  }

  #sender(key: RoomKey, replica: ReplicaId): Promise<CryptoKey> {
    const name = `${key.id} ${replica}`;
    const known = this.#senders.get(name);
    if (known) return known;
    if (this.#senders.size >= SENDERS) this.#senders.delete(this.#senders.keys().next().value ?? '');
    const made = senderKey(this.#crypto.subtle, key, replica);
    this.#senders.set(name, made);
    return made;
  }
}
