import { hash, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { EntryHeader } from '../../protocol/entry.ts';
import type { EntryId, RoomName } from '../../protocol/ids.ts';
import { sealText } from '../../protocol/seal.ts';

/** What an entry's signature is made over, and the id that follows from it. */
export interface Seal {
  readonly id: EntryId;
  readonly text: Buffer;
}

/** The seal that an entry with this header and payload has in this room. */
export function sealOf(room: RoomName, header: EntryHeader, payload: string): Seal {
  const text = sealText(room, header, hash('sha256', payload, 'base64url'));
  return { id: hash('sha256', text, 'base64url') as EntryId, text: Buffer.from(text, 'latin1') };
}

/**
 * Signatures that one turn of the event loop makes or checks by itself, at 35 and 90 µs each. More of them go to libuv's
 * pool, whose threads are worth the way there and back (some 25 µs, and a wait for a processor) only to a busy relay.
 */
const AT_ONCE = 4;
let inThisTurn = 0;

function mayBeAtOnce(): boolean {
  if (inThisTurn === 0) setImmediate(() => (inThisTurn = 0));
  inThisTurn += 1;
  return inThisTurn <= AT_ONCE;
}

/** base64url signature over a seal (P-256, SHA-256, IEEE P1363). */
export async function signSeal({ text }: Seal, key: KeyObject): Promise<string> {
  const by = { key, dsaEncoding: 'ieee-p1363' } as const;
  const signature = mayBeAtOnce() ? sign('sha256', text, by) : await signInPool('sha256', text, by);
  return signature.toString('base64url');
}

export async function isSignedBy({ text }: Seal, key: KeyObject, sig: string): Promise<boolean> {
  const by = { key, dsaEncoding: 'ieee-p1363' } as const;
  const signature = Buffer.from(sig, 'base64url');
  return mayBeAtOnce() ? verify('sha256', text, by, signature) : verifyInPool('sha256', text, by, signature);
}

const signInPool = promisify(sign);
const verifyInPool = promisify(verify);
