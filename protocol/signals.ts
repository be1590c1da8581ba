import { isRecord, isText } from './json.ts';
import { LIMITS } from './limits.ts';
import { accept, type Result, refuse } from './result.ts';

/** What two peers tell each other to open a link: JSEP descriptions (RFC 9429), trickled candidates (RFC 8838). */
export type Signal =
  | { readonly type: 'offer'; readonly sdp: string }
  | { readonly type: 'answer'; readonly sdp: string }
  | {
      readonly type: 'candidate';
      readonly candidate: {
        readonly candidate: string;
        readonly sdpMid: string | null;
        readonly sdpMLineIndex: number | null;
      };
    }
  | { readonly type: 'renegotiate' };

const CANDIDATE_LINE = /^(?:candidate:[\x20-\x7e]{1,1000})?$/;
const MEDIA_LINE = /^m=(?!application )/m;

/** Reads a signal strictly: one data section and no media, so that a peer can't make this side open anything else. */
export function parseSignal(value: unknown): Result<Signal> {
  if (!isRecord(value)) return refuse('malformed', 'a signal is an object');
  const { type } = value;
  if (type === 'renegotiate') return accept({ type });
  if (type === 'offer' || type === 'answer') return parseDescription(type, value.sdp);
  if (type === 'candidate') return parseCandidate(value.candidate);
  return refuse('malformed', 'a signal is an offer, an answer, a candidate or a request to renegotiate');
}

/**
 * The fingerprint of the DTLS certificate that a description brings (RFC 8122), as it stands there; undefined where it
 * has none, or several that differ.
 */
export function fingerprintOf(sdp: string): string | undefined {
  const all = [...sdp.matchAll(/^a=fingerprint:([\w-]{1,16} [0-9A-Fa-f:]{1,200})\r?$/gm)].map(([, value]) => value);
  const [first] = all;
  return all.every((value) => value === first) ? first : undefined;
}

function parseDescription(type: 'offer' | 'answer', sdp: unknown): Result<Signal> {
  if (!isText(sdp) || !sdp.startsWith('v=0')) return refuse('malformed', 'a description is SDP');
  if (sdp.length > LIMITS.signalLength) return refuse('too_large', 'the description is too long');
  if (MEDIA_LINE.test(sdp)) return refuse('malformed', 'a description carries data alone');
  return accept({ type, sdp });
}

function parseCandidate(value: unknown): Result<Signal> {
  if (!isRecord(value)) return refuse('malformed', 'a candidate is an object');
  const { candidate, sdpMid = null, sdpMLineIndex = null } = value;
  if (!isText(candidate) || !CANDIDATE_LINE.test(candidate))
    return refuse('malformed', 'a candidate is a candidate line');
  if (sdpMid !== null && !(isText(sdpMid) && sdpMid.length <= 32)) return refuse('malformed', 'sdpMid is a short text');
  if (sdpMLineIndex !== null && !isLineIndex(sdpMLineIndex))
    return refuse('malformed', 'sdpMLineIndex is a small number');
  return accept({ type: 'candidate', candidate: { candidate, sdpMid, sdpMLineIndex } });
}

function isLineIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 16;
}
