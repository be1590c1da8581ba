import type { Entry, EntryHeader } from '../../protocol/entry.ts';
import type { EntryId, ReplicaId, RoomName } from '../../protocol/ids.ts';
import { sealText } from '../../protocol/seal.ts';
import { base64url, fromBase64url } from './base64url.ts';
import { nextTask } from './next-task.ts';
import type { Identity, StoredIdentity } from './ports.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** base64url of an uncompressed point of the curve: 65 bytes. */
const KEY_LENGTH = 87;
/** Entries that are signed before the page has its turn. */
const SIGNED_AT_ONCE = 50;
/** Imported keys of authors that are kept; the oldest goes first. */
const KEYS = 1_024;

type Bytes = Uint8Array<ArrayBuffer>;

/** Makes a key that can sign here and be read nowhere. Rejects where the browser has no WebCrypto. */
export async function createKeys(subtle: SubtleCrypto): Promise<StoredIdentity> {
  return { keys: await subtle.generateKey(ALGORITHM, false, ['sign', 'verify']) };
}

/** Brings a stored key to life for one room. */
export async function identityOf({ keys }: StoredIdentity, room: RoomName, subtle: SubtleCrypto): Promise<Identity> {
  const raw = new Uint8Array(await subtle.exportKey('raw', keys.publicKey));
  const replica = await replicaOf(subtle, raw);
  const publicKey = base64url(raw);
  const sign = async (text: string) => base64url(await subtle.sign(SIGNATURE, keys.privateKey, encode(text)));
  return {
    replica,
    publicKey,
    sign,
    async seal(prev, numbered) {
      const sealed: { draft: string; entry: Entry }[] = [];
      let last = prev;
      for (const [index, { draft, seq, clock, kind, payload }] of numbered.entries()) {
        if (index > 0 && index % SIGNED_AT_ONCE === 0) await nextTask();
        const header: EntryHeader = { replica, seq, prev: last, clock, kind };
        const text = await textOf(subtle, room, header, payload);
        const id = await idOf(subtle, text);
        last = id;
        sealed.push({ draft, entry: { ...header, id, payload, cert: publicKey, sig: await sign(text) } });
      }
      return sealed;
    },
  };
}

/**
 * Whether an entry is what its author signed in this room: its id is the hash of the rest of it, its replica the hash
 * of the key, and the key's signature holds. False for anything else; never rejects.
 */
export async function isGenuine(subtle: SubtleCrypto, room: RoomName, entry: Entry): Promise<boolean> {
  try {
    const author = await authorOf(subtle, entry.cert);
    const text = await textOf(subtle, room, entry, entry.payload);
    if (author.replica !== entry.replica || (await idOf(subtle, text)) !== entry.id) return false;
    return await subtle.verify(SIGNATURE, author.key, fromBase64url(entry.sig), encode(text));
  } catch {
    return false; // no base64url, or no point of the curve
  }
}

interface AuthorKey {
  readonly replica: ReplicaId;
  readonly key: CryptoKey;
}

/** By the key as it stands in entries: what is imported is the same for every room. */
const authors = new Map<string, Promise<AuthorKey>>();

function authorOf(subtle: SubtleCrypto, cert: string): Promise<AuthorKey> {
  const known = authors.get(cert);
  if (known) return known;
  if (authors.size >= KEYS) authors.delete(authors.keys().next().value ?? '');
  const author = importAuthor(subtle, cert);
  authors.set(cert, author);
  return author;
}

async function importAuthor(subtle: SubtleCrypto, cert: string): Promise<AuthorKey> {
  const raw = fromBase64url(cert);
  if (cert.length !== KEY_LENGTH || base64url(raw) !== cert) throw new TypeError('not the one spelling of a key');
  const key = await subtle.importKey('raw', raw, ALGORITHM, false, ['verify']);
  return { key, replica: await replicaOf(subtle, raw) };
}

/** 128 bits of the SHA-256 of a raw public key. */
async function replicaOf(subtle: SubtleCrypto, raw: Bytes): Promise<ReplicaId> {
  return base64url((await subtle.digest('SHA-256', raw)).slice(0, 16)) as ReplicaId;
}

async function textOf(subtle: SubtleCrypto, room: RoomName, header: EntryHeader, payload: string): Promise<string> {
  return sealText(room, header, await hash(subtle, payload));
}

async function idOf(subtle: SubtleCrypto, text: string): Promise<EntryId> {
  return (await hash(subtle, text)) as EntryId;
}

async function hash(subtle: SubtleCrypto, text: string): Promise<string> {
  return base64url(await subtle.digest('SHA-256', encode(text)));
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}
