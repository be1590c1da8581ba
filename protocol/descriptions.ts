import { type Address, readAddress, writeAddress } from './addresses.ts';
import { accept, type Result, refuse } from './result.ts';
import { fingerprintOf } from './signals.ts';

/** Where a peer may be reached. TCP candidates are left out: browsers only have active ones, which nothing can reach. */
export interface Reach {
  readonly type: (typeof REACH_TYPES)[number];
  readonly address: Address;
  readonly port: number;
}

/** What is not the same in every session description of a data channel (RFC 8829, RFC 8841). */
export interface Description {
  /** SHA-256 of the DTLS certificate, 32 bytes. */
  readonly fingerprint: readonly number[];
  readonly ufrag: string;
  readonly pwd: string;
  readonly reaches: readonly Reach[];
}

/** In the order of their numbers in a code. */
export const REACH_TYPES = ['host', 'srflx', 'relay'] as const;
/** More than a machine with three networks has; the rest would only make a code long. */
export const MOST_REACHES = 8;

/** The type preferences of RFC 8445, section 5.1.2.2. */
const PREFERENCE = { host: 126, srflx: 100, relay: 0 } as const;
const CANDIDATE =
  /^a=candidate:\S{1,32} 1 udp \d{1,10} (?<host>[\w.:-]{1,64}) (?<port>\d{1,5}) typ (?<type>host|srflx|relay)\b/gim;
const UFRAG = /^a=ice-ufrag:([A-Za-z0-9+/]{4,32})\r?$/m;
const PWD = /^a=ice-pwd:([A-Za-z0-9+/]{22,64})\r?$/m;
const SECTION = /^m=application \d+ UDP\/DTLS\/SCTP webrtc-datachannel\r?$/m;

/** Takes out of a description what `writeDescription` can't know. Refuses what is not one data channel with SHA-256. */
export function readDescription(sdp: string): Result<Description> {
  const [, ufrag] = UFRAG.exec(sdp) ?? [];
  const [, pwd] = PWD.exec(sdp) ?? [];
  const hex = /^sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i.exec(fingerprintOf(sdp) ?? '')?.[1];
  const isData = SECTION.test(sdp) && sdp.match(/^m=/gm)?.length === 1;
  if (ufrag === undefined || pwd === undefined || hex === undefined || !isData)
    return refuse('malformed', 'not the description of a data channel');
  const fingerprint = hex.split(':').map((byte) => Number.parseInt(byte, 16));
  const reaches = [...sdp.matchAll(CANDIDATE)].flatMap(({ groups }) => readReach(groups ?? {}));
  return accept({ fingerprint, ufrag, pwd, reaches: reaches.slice(0, MOST_REACHES) });
}

/**
 * The description as a browser takes it: nothing in it comes from elsewhere but the four fields, each of one strict form.
 * Who offers begins DTLS, where it usually is the other one: that would begin when it answers, and Chromium gives up after
 * some 220 s, while people still pass the answer on.
 */
export function writeDescription(type: 'offer' | 'answer', { fingerprint, ufrag, pwd, reaches }: Description): string {
  const hex = fingerprint.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(':');
  const lines = [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...reaches.map(writeReach),
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    `a=fingerprint:sha-256 ${hex}`,
    `a=setup:${type === 'offer' ? 'active' : 'passive'}`,
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function readReach({ host = '', port, type = '' }: Readonly<Record<string, string>>): readonly Reach[] {
  const address = readAddress(host);
  const kind = REACH_TYPES.find((known) => known === type.toLowerCase());
  const number = Number(port);
  if (!address || !kind || number < 1 || number > 65_535) return [];
  return [{ type: kind, address, port: number }];
}

function writeReach({ type, address, port }: Reach, index: number): string {
  const priority = PREFERENCE[type] * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255;
  const base = type === 'host' ? '' : ' raddr 0.0.0.0 rport 0';
  return `a=candidate:${index + 1} 1 udp ${priority} ${writeAddress(address)} ${port} typ ${type}${base}`;
}
