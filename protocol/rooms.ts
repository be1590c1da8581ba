import type { RoomName } from './ids.ts';
import { LIMITS } from './limits.ts';
import { accept, type Result, refuse } from './result.ts';

const LITERAL = /^[A-Za-z0-9_-]$/;
/** Most names: ASCII that is its own NFC, its own UTF-8 and its own segment. */
const PLAIN = /^[A-Za-z0-9_-]+$/;
const SEGMENT = /^(?:[A-Za-z0-9_-]|~[0-9a-f]{2})+$/;

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
  if (PLAIN.test(room)) return room;
  return (utf8Bytes(room) ?? []).map((byte) => (byte.length === 1 ? byte : `~${byte.slice(1).toLowerCase()}`)).join('');
}

/** Reads a channel segment back. Only the one canonical spelling of a name is accepted. */
export function decodeRoom(segment: string): Result<RoomName> {
  if (segment.length > LIMITS.roomBytes * 3 || !SEGMENT.test(segment)) return refuse('channel_forbidden', 'not a room');
  if (segment.length <= LIMITS.roomBytes && PLAIN.test(segment)) return accept(segment as RoomName);
  const text = percentDecode(segment.replaceAll('~', '%'));
  if (text === undefined) return refuse('channel_forbidden', 'not a room');
  const room = parseRoomName(text);
  return room.ok && encodeRoom(room.value) === segment ? room : refuse('channel_forbidden', 'not a room');
}

/** Each UTF-8 byte of a text, as itself where it is a literal of the segment alphabet and as `%HH` otherwise. */
function utf8Bytes(text: string): string[] | undefined {
  let escaped: string;
  try {
    escaped = encodeURIComponent(text);
  } catch {
    return undefined; // URIError: a lone surrogate has no UTF-8 form
  }
  return [...escaped.matchAll(/%[0-9A-F]{2}|./g)].map(([byte]) =>
    byte.length > 1 || LITERAL.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // URIError: the bytes are not UTF-8
  }
}
