import type { EntryHeader } from '../../protocol/entry.ts';
import type { EntryId, ReplicaId, RoomName } from '../../protocol/ids.ts';
import { sealText } from '../../protocol/seal.ts';
import { base64url, fromBase64url } from './base64url.ts';

export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** base64url of an uncompressed point of the curve: 65 bytes. */
const KEY_LENGTH = 87;
/** Imported keys that are kept; the oldest goes first. */
const KEYS = 1_024;

type Bytes = Uint8Array<ArrayBuffer>;

/** Somebody's public key, ready to verify with. */
export interface PublicKey {
  readonly replica: ReplicaId;
  readonly key: CryptoKey;
}

/** By their spelling: what is imported is the same for every room. */
const kept = new Map<string, Promise<PublicKey>>();

/** Imports a raw public key from base64url. Rejects for what is not the one spelling of a point of the curve. */
export function readKey(subtle: SubtleCrypto, spelling: string): Promise<PublicKey> {
  const known = kept.get(spelling);
  if (known) return known;
  if (kept.size >= KEYS) kept.delete(kept.keys().next().value ?? '');
  const key = importKey(subtle, spelling);
  kept.set(spelling, key);
  return key;
}

async function importKey(subtle: SubtleCrypto, spelling: string): Promise<PublicKey> {
  const raw = fromBase64url(spelling);
  if (spelling.length !== KEY_LENGTH || base64url(raw) !== spelling)
    throw new TypeError('not the one spelling of a key');
  const key = await subtle.importKey('raw', raw, ALGORITHM, false, ['verify']);
  return { key, replica: await replicaOf(subtle, raw) };
}

/** 128 bits of the SHA-256 of a raw public key. */
export async function replicaOf(subtle: SubtleCrypto, raw: Bytes): Promise<ReplicaId> {
  return base64url((await subtle.digest('SHA-256', raw)).slice(0, 16)) as ReplicaId;
}

/** The text over which an entry is signed, and its id. */
export async function sealOf(
  subtle: SubtleCrypto,
  room: RoomName,
  header: EntryHeader,
  payload: string,
): Promise<{ readonly id: EntryId; readonly text: string }> {
  const text = sealText(room, header, await hash(subtle, payload));
  return { id: (await hash(subtle, text)) as EntryId, text };
}

/** base64url signature over a text. */
export async function signWith(subtle: SubtleCrypto, key: CryptoKey, text: string): Promise<string> {
  return base64url(await subtle.sign(SIGNATURE, key, encode(text)));
}

/** Never rejects. */
export async function verifies(subtle: SubtleCrypto, key: CryptoKey, text: string, sig: string): Promise<boolean> {
  try {
    return await subtle.verify(SIGNATURE, key, fromBase64url(sig), encode(text));
  } catch {
    return false; // no base64url
  }
}

/** base64url SHA-256 of a text's UTF-8 bytes. */
export async function hash(subtle: SubtleCrypto, text: string): Promise<string> {
  return base64url(await subtle.digest('SHA-256', encode(text)));
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}
