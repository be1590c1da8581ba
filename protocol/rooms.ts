import type { RoomName } from './ids.ts';
import { LIMITS } from './limits.ts';
import { accept, type Result, refuse } from './result.ts';
import { decodeSegment, encodeSegment, utf8Bytes } from './segments.ts';

/** Normalises a room's name to NFC and checks its size: 1 to 128 UTF-8 bytes, no lone surrogates. */
export function parseRoomName(text: unknown): Result<RoomName> {
  if (typeof text !== 'string') return refuse('malformed', 'a room name is a text');
  const name = text.normalize('NFC');
  const bytes = utf8Bytes(name);
  if (bytes === undefined) return refuse('malformed', 'a room name is well-formed Unicode');
  if (bytes.length === 0) return refuse('malformed', 'a room name is not empty');
  if (bytes.length > LIMITS.roomBytes) return refuse('malformed', `a room name has at most ${LIMITS.roomBytes} bytes`);
  return accept(name as RoomName);
}

/** Writes a room's name as a channel segment: `[A-Za-z0-9_-]` as they are, every other byte as `~hh`. */
export function encodeRoom(room: RoomName): string {
  return encodeSegment(room);
}

/** Reads a channel segment back. Only the one canonical spelling of a name is accepted. */
export function decodeRoom(segment: string): Result<RoomName> {
  const text = segment.length > LIMITS.roomBytes * 3 ? undefined : decodeSegment(segment);
  const room = text === undefined ? undefined : parseRoomName(text);
  return room?.ok && encodeRoom(room.value) === segment ? room : refuse('channel_forbidden', 'not a room');
}
