import type { EntryKind } from './entry.ts';
import { accept, type Result, refuse } from './result.ts';

/** The id of a room's key: 64 bits that follow from it and say nothing of it, as 11 characters of base64url. */
export type KeyId = string;

/** An encrypted payload: with which key, and what came of it. */
export interface Envelope {
  readonly key: KeyId;
  /** base64url of 96 random bits. */
  readonly nonce: string;
  /** base64url of AES-256-GCM's ciphertext and its tag of 128 bits. */
  readonly sealed: string;
}

/** One spelling, and nothing beside it: whatever else a payload holds could be read by the relay. */
const SHAPE = /^\{"v":1,"key":"([\w-]{11})","nonce":"([\w-]{16})","sealed":"([\w-]{22,})"\}$/;

/** The payload's exact text, as it is hashed and signed. */
export function envelopeText({ key, nonce, sealed }: Envelope): string {
  return `{"v":1,"key":"${key}","nonce":"${nonce}","sealed":"${sealed}"}`;
}

/** Reads an encrypted payload, in time linear in its length. Whether it opens is for whoever has the key. */
export function parseEnvelope(payload: string): Result<Envelope> {
  const [, key, nonce, sealed] = SHAPE.exec(payload) ?? [];
  return key === undefined || nonce === undefined || sealed === undefined
    ? refuse('encryption_required', 'this room takes encrypted entries alone')
    : accept({ key, nonce, sealed });
}

/** The kinds that stay readable in an encrypted room: the relay must enforce moderation, which quotes nobody. */
export function isEncryptedKind(kind: EntryKind): boolean {
  return kind !== 'moderation';
}
