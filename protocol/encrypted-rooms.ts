import type { RoomName } from './ids.ts';

/**
 * An encrypted room is known by its name on the wire, `enc:` and 22 characters that follow from its name and key: so nobody
 * needs to be told that it is encrypted, and nobody can be told that it is not.
 */
const ROOM = /^enc:[\w-]{21}[AQgw]$/;

const PREFIX = 'enc:';

export function isEncryptedRoom(room: string): room is RoomName {
  return ROOM.test(room);
}

/** @param place base64url of 128 bits */
export function encryptedRoom(place: string): RoomName {
  return `${PREFIX}${place}` as RoomName;
}

/** base64url of the 128 bits that name an encrypted room. */
export function placeOf(room: RoomName): string {
  return room.slice(PREFIX.length);
}

/** The length of an encrypted payload (envelope.ts) that says so many bytes. */
export function sealedLength(bytes: number): number {
  const around = 70;
  const tag = 16;
  return around + Math.ceil(((bytes + tag) * 4) / 3);
}
