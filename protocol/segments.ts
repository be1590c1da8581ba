const LITERAL = /^[A-Za-z0-9_-]$/;
/** Most texts: ASCII that is its own NFC, its own UTF-8 and its own segment. */
const PLAIN = /^[A-Za-z0-9_-]+$/;
const SEGMENT = /^(?:[A-Za-z0-9_-]|~[0-9a-f]{2})*$/;

/** Writes a text in the alphabet of channel segments: `[A-Za-z0-9_-]` as they are, every other byte as `~hh`. */
export function encodeSegment(text: string): string {
  if (PLAIN.test(text)) return text;
  return (utf8Bytes(text) ?? []).map((byte) => (byte.length === 1 ? byte : `~${byte.slice(1).toLowerCase()}`)).join('');
}

/** Reads a segment back, in time linear in its length. Undefined for all but the one spelling of a text. */
export function decodeSegment(segment: string): string | undefined {
  if (PLAIN.test(segment)) return segment;
  if (!SEGMENT.test(segment)) return undefined;
  const text = percentDecode(segment.replaceAll('~', '%'));
  return text !== undefined && encodeSegment(text) === segment ? text : undefined;
}

/** Each UTF-8 byte of a text, as itself where it is a literal of the alphabet and as `%HH` otherwise. */
export function utf8Bytes(text: string): string[] | undefined {
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

/** UTF-8 bytes of a text; a lone surrogate takes those of U+FFFD, which is written in its place. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // URIError: the bytes are not UTF-8
  }
}
