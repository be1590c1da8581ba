import { isRecord, isText } from './json.ts';
import { accept, type Result, refuse } from './result.ts';

/** `ext.natter` of the relay's answer to `/meta/handshake`. */
export interface HandshakeReply {
  /** Secret that our widget sends as `ext.natter.session` with each POST and with the first frame of a socket. */
  readonly session: string;
  /** Random text that joins of this session sign (seal.ts, proofText). */
  readonly nonce: string;
  /** The relay's wall clock, ms since 1970. */
  readonly now: number;
}

export function parseHandshakeReply(value: unknown): Result<HandshakeReply> {
  if (!isRecord(value)) return refuse('malformed', 'a handshake reply is an object');
  const { session, nonce, now } = value;
  if (!isText(session) || !isText(nonce) || !Number.isSafeInteger(now))
    return refuse('malformed', 'a handshake reply has session, nonce and now');
  return accept({ session, nonce, now: now as number });
}
