declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A room's name as people write it, NFC, at most 128 UTF-8 bytes. */
export type RoomName = Branded<string, 'RoomName'>;
/** base64url of the first 128 bits of SHA-256 of the replica's public key (raw P-256 point): 22 characters. */
export type ReplicaId = Branded<string, 'ReplicaId'>;
/** base64url of SHA-256 over the entry's header (see seal.ts): 43 characters. */
export type EntryId = Branded<string, 'EntryId'>;
/** Who a member is, whichever replica speaks: a guest's is `g-` and a replica id. */
export type UserId = Branded<string, 'UserId'>;

const REPLICA = /^[A-Za-z0-9_-]{22}$/;
const ENTRY = /^[A-Za-z0-9_-]{43}$/;
const USER = /^[^\p{Cc}\p{Cs}]{1,128}$/u;

export function isReplicaId(value: unknown): value is ReplicaId {
  return typeof value === 'string' && REPLICA.test(value);
}

export function isEntryId(value: unknown): value is EntryId {
  return typeof value === 'string' && ENTRY.test(value);
}

export function isUserId(value: unknown): value is UserId {
  return typeof value === 'string' && USER.test(value);
}

export function guestId(replica: ReplicaId): UserId {
  return `g-${replica}` as UserId;
}
