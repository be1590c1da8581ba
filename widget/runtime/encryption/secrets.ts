import { encryptedRoom } from '../../../protocol/encrypted-rooms.ts';
import type { KeyId } from '../../../protocol/envelope.ts';
import type { ReplicaId, RoomName } from '../../../protocol/ids.ts';
import { base64url, fromBase64url } from '../base64url.ts';

/** Of PBKDF2-SHA256: what OWASP's password storage cheat sheet (2023) asks for. Some 0.1 s for whoever types, and for each guess. */
const ROUNDS = 600_000;
/** 128 bits name a room: nobody finds one by trying. */
const PLACE_BITS = 128;

type Bytes = Uint8Array<ArrayBuffer>;

/** A room's key, base64url of 256 random bits. */
export function randomSecret(random: Pick<Crypto, 'getRandomValues'>): string {
  return base64url(random.getRandomValues(new Uint8Array(32)));
}

/** A passphrase's key for one room: the same passphrase is another key elsewhere. */
export async function secretOfPassphrase(subtle: SubtleCrypto, passphrase: string, room: RoomName): Promise<string> {
  return base64url(await stretch(subtle, passphrase, `natter/1 passphrase,${room}`, 256));
}

/**
 * Where those meet who share a name and a passphrase: it follows from the name alone, so that who has a wrong passphrase
 * comes to the right room and can be told. Whoever guesses the name pays for each guess.
 */
export async function roomOfName(subtle: SubtleCrypto, name: RoomName): Promise<RoomName> {
  return encryptedRoom(base64url(await stretch(subtle, name, 'natter/1 place', PLACE_BITS)));
}

/** Where those meet who share a name and a random secret: nobody finds it without that. */
export async function roomOfSecret(subtle: SubtleCrypto, secret: string, name: RoomName): Promise<RoomName> {
  return encryptedRoom(
    base64url(await expand(await baseKey(subtle, secret), `natter/1 place,${name}`, PLACE_BITS, subtle)),
  );
}

/** A room's key as it is used: its id, and what the keys of its senders are made of. */
export interface RoomKey {
  readonly id: KeyId;
  readonly base: CryptoKey;
}

export async function roomKey(subtle: SubtleCrypto, secret: string): Promise<RoomKey> {
  return { id: await idOfSecret(subtle, secret), base: await baseKey(subtle, secret) };
}

export async function idOfSecret(subtle: SubtleCrypto, secret: string): Promise<KeyId> {
  return base64url(await expand(await baseKey(subtle, secret), 'natter/1 key id', 64, subtle));
}

/**
 * The key of one sender (AES-256-GCM): each has its own, so that random nonces of many senders never meet, and what one has
 * written opens as no other's.
 */
export function senderKey(subtle: SubtleCrypto, { base }: RoomKey, replica: ReplicaId): Promise<CryptoKey> {
  const algorithm = hkdf(`natter/1 sender,${replica}`);
  return subtle.deriveKey(algorithm, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

function baseKey(subtle: SubtleCrypto, secret: string): Promise<CryptoKey> {
  return subtle.importKey('raw', fromBase64url(secret), 'HKDF', false, ['deriveBits', 'deriveKey']);
}

/** HKDF-SHA256 (RFC 5869) without a salt: what it expands is random or stretched already. */
function hkdf(purpose: string): HkdfParams {
  return { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encode(purpose) };
}

function expand(base: CryptoKey, purpose: string, bits: number, subtle: SubtleCrypto): Promise<ArrayBuffer> {
  return subtle.deriveBits(hkdf(purpose), base, bits);
}

async function stretch(subtle: SubtleCrypto, text: string, salt: string, bits: number): Promise<ArrayBuffer> {
  const password = await subtle.importKey('raw', encode(text), 'PBKDF2', false, ['deriveBits']);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: encode(salt), iterations: ROUNDS };
  return subtle.deriveBits(algorithm, password, bits);
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}
