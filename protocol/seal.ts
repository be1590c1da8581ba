import type { EntryHeader } from './entry.ts';
import type { RoomName } from './ids.ts';
import { encodeRoom } from './rooms.ts';

/**
 * The ASCII text whose SHA-256 is the entry's id and over which it is signed. Every field is length-prefixed, so
 * no two headers share a text; the payload enters as its hash, so erased text leaves a header that still verifies.
 *
 * @param payloadHash base64url SHA-256 of the payload's UTF-8 bytes
 */
export function sealText(room: RoomName, header: EntryHeader, payloadHash: string): string {
  return lengthPrefixed([
    'natter/1',
    encodeRoom(room),
    header.replica,
    String(header.seq),
    header.prev ?? '',
    `${header.clock[0]}.${header.clock[1]}`,
    header.kind,
    payloadHash,
  ]);
}

/** The ASCII text that a joining replica signs to prove that it holds its key in this room, session and handshake. */
export function proofText(room: RoomName, nonce: string, clientId: string): string {
  return lengthPrefixed(['natter/1 join', encodeRoom(room), nonce, clientId]);
}

function lengthPrefixed(fields: readonly string[]): string {
  return fields.map((field) => `${field.length}:${field},`).join('');
}
