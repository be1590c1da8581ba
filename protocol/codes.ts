import { bytesToText, textToBytes } from './base64.ts';
import { cardBody, parseCard } from './cards.ts';
import { ByteReader, ByteWriter, crc32 } from './code-bytes.ts';
import { type Description, MOST_REACHES, REACH_TYPES, type Reach } from './descriptions.ts';
import type { RoomName } from './ids.ts';
import { isText } from './json.ts';
import { accept, type Refused, type Result, refuse } from './result.ts';
import { encodeRoom } from './rooms.ts';
import { decodeSegment, encodeSegment } from './segments.ts';

export type CodeKind = 'invitation' | 'answer';

/**
 * How two people link without a relay: one gives the other an invitation and gets an answer back. Each carries what the
 * signals of a link would (signals.ts), with all candidates, and who it is from.
 */
export interface Code {
  readonly kind: CodeKind;
  /** `roomTag` of the room it is for, whose name is signed and not written. */
  readonly room: number;
  /** Of the link: 128 random bits as 22 characters of base64url, the same in an answer as in its invitation. */
  readonly session: string;
  /** When it ends, ms since 1970 by the inviter's clock, whole seconds. */
  readonly until: number;
  /** Of the replica that it is from (cards.ts). */
  readonly card: string;
  readonly description: Description;
}

/** A code as it came; whether the card's key has signed it is for the edge to check. */
export interface SignedCode extends Code {
  /** All that is signed, as base64url (`codeText` of seal.ts). */
  readonly body: string;
  /** base64url signature by the card's key (P-256, SHA-256, IEEE P1363). */
  readonly sig: string;
}

/** How a link to a page that brings a code names it, in its fragment. */
export const CODE_FRAGMENT = { invitation: 'natter-invite', answer: 'natter-answer' } as const;

/** What a page may be shown at most, of which a code is a part, UTF-16 code units. */
const TEXT_LENGTH = 4_096;
const VERSION = 1;
/** In the order of their numbers in a code. */
const KINDS = ['invitation', 'answer'] as const;
const FORMS = ['ip4', 'ip6', 'mdns'] as const;
const [SESSION, KEY, SIG, FINGERPRINT, CRC] = [16, 65, 64, 32, 4];
const LINKED = /[#&?]natter-(?:invite|answer)=([\w-]+)/;

/** Tells rooms apart, but not against someone who wants them to look the same. */
export function roomTag(room: RoomName): number {
  return crc32([...encodeRoom(room)].map((letter) => letter.charCodeAt(0)));
}

/** What is to be signed (base64url). Undefined for what is not of the shape that `readCode` takes. */
export function codeBody(code: Code): string | undefined {
  const card = parseCard(code.card);
  return card.ok ? bytesToText(bodyBytes(code, card.value)) : undefined;
}

/** A code as people pass it on: base64url, the signature and a checksum at its end. */
export function writeCode(body: string, sig: string): string {
  const signed = new ByteWriter().base64(body).base64(sig);
  return bytesToText(signed.number(crc32(signed.bytes), CRC).bytes);
}

/**
 * Reads a code from what was pasted or opened: the code alone, broken into lines or not, or a text with a link that brings
 * it. Refuses what is not whole or not the one spelling of a code, in time linear in the text's length.
 */
export function readCode(text: unknown): Result<SignedCode> {
  if (!isText(text) || text.length > TEXT_LENGTH) return altered();
  const bytes = textToBytes(LINKED.exec(text)?.[1] ?? text.replace(/\s+/g, ''));
  if (!bytes || bytes.length <= SIG + CRC) return altered();
  const signed = bytes.slice(0, -CRC);
  if (new ByteReader(bytes.slice(-CRC)).number(CRC) !== crc32(signed)) return altered();
  const [first = 0] = bytes;
  if (first >> 4 !== VERSION) return refuse('code_version', 'of another version');
  const body = bytes.slice(0, -SIG - CRC);
  const code = readBody(body);
  if (!code) return altered();
  return accept({ ...code, body: bytesToText(body), sig: bytesToText(signed.slice(-SIG)) });
}

/** @param now ms since 1970 @param slack how far two clocks may differ, ms */
export function hasExpired({ until }: Code, now: number, slack: number): boolean {
  return now > until + slack;
}

function bodyBytes(code: Code, { key, name, sig }: { key: string; name: string; sig: string }): readonly number[] {
  const { kind, room, session, until, description } = code;
  const { fingerprint, ufrag, pwd, reaches } = description;
  const writer = new ByteWriter()
    .number(VERSION * 16 + KINDS.indexOf(kind), 1)
    .number(room, 4)
    .base64(session)
    .number(until / 1000, 4)
    .base64(key)
    .counted(segmentBytes(encodeSegment(name)))
    .base64(sig)
    .raw(fingerprint)
    .counted(asciiBytes(ufrag))
    .counted(asciiBytes(pwd));
  for (const { type, address, port } of reaches) {
    writer.number(REACH_TYPES.indexOf(type) * 4 + FORMS.indexOf(address.form), 1);
    writer.raw(address.bytes).number(port, 2);
  }
  return writer.bytes;
}

function readBody(bytes: readonly number[]): Code | undefined {
  const reader = new ByteReader(bytes);
  const kind = KINDS[reader.number(1) % 16];
  const [room, session, until] = [reader.number(4), reader.base64(SESSION), reader.number(4) * 1000];
  const [key, name, sig] = [reader.base64(KEY), decodeSegment(bytesSegment(reader.counted())), reader.base64(SIG)];
  const [fingerprint, ufrag, pwd] = [reader.raw(FINGERPRINT), asciiText(reader.counted()), asciiText(reader.counted())];
  const reaches = readReaches(reader);
  if (!kind || !reaches || name === undefined || !isIce(ufrag, 4, 32) || !isIce(pwd, 22, 64)) return undefined;
  const card = `${cardBody(key, name)}.${sig}`;
  if (!parseCard(card).ok) return undefined;
  return { kind, room, session, until, card, description: { fingerprint, ufrag, pwd, reaches } };
}

function readReaches(reader: ByteReader): readonly Reach[] | undefined {
  const reaches: Reach[] = [];
  while (!reader.isWhole()) {
    const tag = reader.number(1);
    const [type, form] = [REACH_TYPES[tag >> 2], FORMS[tag & 3]];
    if (!type || !form || reaches.length === MOST_REACHES) return undefined;
    const reach = { type, address: { form, bytes: reader.raw(form === 'ip4' ? 4 : 16) }, port: reader.number(2) };
    if (reach.port === 0) return undefined;
    reaches.push(reach);
  }
  return reader.isBeyond() ? undefined : reaches;
}

function isIce(text: string, least: number, most: number): boolean {
  return text.length >= least && text.length <= most && /^[A-Za-z0-9+/]+$/.test(text);
}

/** A name's UTF-8, by way of the alphabet that spells it. */
function segmentBytes(segment: string): number[] {
  return (segment.match(/~..|./g) ?? []).map((part) =>
    part.length > 1 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0),
  );
}

function bytesSegment(bytes: readonly number[]): string {
  const escaped = (byte: number) => `~${byte.toString(16).padStart(2, '0')}`;
  return bytes
    .map((byte) => (/[\w-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : escaped(byte)))
    .join('');
}

function asciiBytes(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}

function asciiText(bytes: readonly number[]): string {
  return String.fromCharCode(...bytes);
}

function altered(): Refused {
  return refuse('code_altered', 'not a whole code');
}
