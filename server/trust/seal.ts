import { hash, type KeyObject, sign, verify } from 'node:crypto';
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

// Both run in libuv's pool: on the event loop they would take longer than all else that is done with an entry.

/** base64url signature over a seal (P-256, SHA-256, IEEE P1363). */
export function signSeal({ text }: Seal, key: KeyObject): Promise<string> {
  return new Promise((resolve, reject) => {
    sign('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, (error, signature) =>
      error ? reject(error) : resolve(signature.toString('base64url')),
    );
  });
}

export function isSignedBy({ text }: Seal, key: KeyObject, sig: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(sig, 'base64url'), (error, holds) =>
      error ? reject(error) : resolve(holds),
    );
  });
}
