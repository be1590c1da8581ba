import type { EntryHeader } from './entry.ts';
import type { KeyId } from './envelope.ts';
import type { ReplicaId, RoomName } from './ids.ts';
import { encodeRoom } from './rooms.ts';

/**
 * The ASCII text whose SHA-256 is the entry's id and over which it is signed. Every field is length-prefixed, so
 * no two headers share a text; the payload enters as its hash, so erased text leaves a header that still verifies.
 *
 * @param payloadHash base64url SHA-256 of the payload's UTF-8 bytes
 */
export function sealText(room: RoomName, header: EntryHeader, payloadHash: string): string {
  return lengthPrefixed(['natter/1', ...headerFields(room, header), payloadHash]);
}

/**
 * The ASCII text that an encrypted payload is bound to (AES-GCM's additional data): under another header, in another room or
 * by another replica it does not open.
 */
export function payloadText(room: RoomName, header: EntryHeader, key: KeyId): string {
  return lengthPrefixed(['natter/1 payload', ...headerFields(room, header), key]);
}

/** The ASCII text that a joining replica signs to prove that it holds its key in this room, session and handshake. */
export function proofText(room: RoomName, nonce: string, clientId: string): string {
  return lengthPrefixed(['natter/1 join', encodeRoom(room), nonce, clientId]);
}

/** The ASCII text that a relay signs to certify a key for a room. @param body `certificateBody` of certificate.ts */
export function certificateText(room: RoomName, body: string): string {
  return lengthPrefixed(['natter/1 certificate', encodeRoom(room), body]);
}

/** The ASCII text that a key signs to name its holder where there is no relay. @param body `cardBody` of cards.ts */
export function cardText(room: RoomName, body: string): string {
  return lengthPrefixed(['natter/1 card', encodeRoom(room), body]);
}

/** The ASCII text that is signed of a code that passes between people. @param body `codeBody` of codes.ts */
export function codeText(room: RoomName, body: string): string {
  return lengthPrefixed(['natter/1 code', encodeRoom(room), body]);
}

/** What of a signal is signed besides its content. */
export interface SignalHeader {
  readonly room: RoomName;
  readonly from: ReplicaId;
  readonly to: ReplicaId;
  /** Of the link, which no other link shares. */
  readonly session: string;
  /** Of the DTLS certificate that the sender brings to this link; empty where it has none yet. */
  readonly fingerprint: string;
}

/** The ASCII text that a peer signs with each signal. @param hash base64url SHA-256 of the signal's JSON in UTF-8 */
export function signalText({ room, from, to, session, fingerprint }: SignalHeader, hash: string): string {
  return lengthPrefixed(['natter/1 signal', encodeRoom(room), from, to, session, fingerprint, hash]);
}

function headerFields(room: RoomName, { replica, seq, prev, clock, kind }: EntryHeader): readonly string[] {
  return [encodeRoom(room), replica, String(seq), prev ?? '', `${clock[0]}.${clock[1]}`, kind];
}

function lengthPrefixed(fields: readonly string[]): string {
  return fields.map((field) => `${field.length}:${field},`).join('');
}
