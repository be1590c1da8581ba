import type { Entry, EntryHeader } from '../../protocol/entry.ts';
import type { EntryId, ReplicaId, RoomName } from '../../protocol/ids.ts';
import { sealText } from '../../protocol/seal.ts';
import { base64url } from './base64url.ts';
import type { Identity, StoredIdentity } from './ports.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Makes a key that can sign here and be read nowhere. Rejects where the browser has no WebCrypto. */
export async function createKeys(subtle: SubtleCrypto): Promise<StoredIdentity> {
  return { keys: await subtle.generateKey(ALGORITHM, false, ['sign', 'verify']) };
}

/** Brings a stored key to life for one room. */
export async function identityOf({ keys }: StoredIdentity, room: RoomName, subtle: SubtleCrypto): Promise<Identity> {
  const raw = await subtle.exportKey('raw', keys.publicKey);
  const replica = base64url((await subtle.digest('SHA-256', raw)).slice(0, 16)) as ReplicaId;
  return {
    replica,
    publicKey: base64url(raw),
    async sign(text) {
      return base64url(await subtle.sign(SIGNATURE, keys.privateKey, encode(text)));
    },
    async seal(prev, messages) {
      const sealed: { draft: string; entry: Entry }[] = [];
      let last = prev;
      for (const { draft, seq, clock, payload } of messages) {
        const header: EntryHeader = { replica, seq, prev: last, clock, kind: 'message' };
        last = await entryId(subtle, room, header, payload);
        sealed.push({ draft, entry: { ...header, id: last, payload } });
      }
      return sealed;
    },
  };
}

/** Whether an entry's id is the hash of the rest of it, in this room. */
export async function isGenuine(subtle: SubtleCrypto, room: RoomName, entry: Entry): Promise<boolean> {
  return (await entryId(subtle, room, entry, entry.payload)) === entry.id;
}

async function entryId(subtle: SubtleCrypto, room: RoomName, header: EntryHeader, payload: string): Promise<EntryId> {
  const payloadHash = await hash(subtle, payload);
  return (await hash(subtle, sealText(room, header, payloadHash))) as EntryId;
}

async function hash(subtle: SubtleCrypto, text: string): Promise<string> {
  return base64url(await subtle.digest('SHA-256', encode(text)));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
