import { isRecord, parseJson } from '../../../protocol/json.ts';
import { textFrame } from '../../../server/engines/frame.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
const HTTP = Buffer.from('HTTP/1.1 ');
const TEXT = 0x81;
/** RFC 6455, section 5.2: the length stands in the second byte, or in the 2 or 8 bytes after it. */
const [LENGTH_IN_2, LENGTH_IN_8] = [126, 127];

/**
 * Reads what a relay sends over one connection. Where that is a WebSocket it takes acknowledgements out: a relay's frames
 * are unmasked, whole and not compressed. All else passes as it is.
 */
export class AckFilter {
  private readonly loses: () => boolean;
  private state: 'head' | 'frames' | 'other' = 'head';
  private rest: Buffer = Buffer.alloc(0);

  /** @param loses whether the acknowledgement at hand is lost; asked for each one */
  constructor(loses: () => boolean) {
    this.loses = loses;
  }

  /** What of these bytes goes on. */
  pass(chunk: Buffer): readonly Buffer[] {
    if (this.state === 'other') return [chunk];
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    if (this.state === 'frames') return this.frames(bytes);
    const end = bytes.indexOf(HEAD_END);
    if (!mayBeHttp(bytes)) {
      this.state = 'other';
      return [bytes];
    }
    if (end < 0) {
      this.rest = bytes;
      return [];
    }
    this.rest = Buffer.alloc(0);
    this.state = bytes.toString('latin1', 0, 12) === 'HTTP/1.1 101' ? 'frames' : 'other';
    if (this.state === 'other') return [bytes];
    const begin = end + HEAD_END.length;
    return [bytes.subarray(0, begin), ...this.frames(bytes.subarray(begin))];
  }

  private frames(bytes: Buffer): readonly Buffer[] {
    const passed: Buffer[] = [];
    let at = 0;
    for (;;) {
      const frame = frameAt(bytes, at);
      if (!frame) break;
      const whole = bytes.subarray(at, frame.end);
      const kept = bytes[at] === TEXT ? this.keep(whole, frame.begin - at) : whole;
      if (kept) passed.push(kept);
      at = frame.end;
    }
    this.rest = bytes.subarray(at);
    return passed;
  }

  private keep(frame: Buffer, begin: number): Buffer | undefined {
    const text = frame.toString('utf8', begin);
    if (!text.includes('"successful":true')) return frame;
    const messages = parseJson(text);
    if (!Array.isArray(messages)) return frame;
    const kept = messages.filter((message) => !isAck(message) || !this.loses());
    if (kept.length === messages.length) return frame;
    return kept.length > 0 ? textFrame(JSON.stringify(kept)) : undefined;
  }
}

/** Where the payload of the frame that begins at `at` begins and ends; undefined where it is not all there yet. */
function frameAt(bytes: Buffer, at: number): { readonly begin: number; readonly end: number } | undefined {
  if (bytes.length < at + 2) return undefined;
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  const begin = at + 2 + (short === LENGTH_IN_2 ? 2 : short === LENGTH_IN_8 ? 8 : 0);
  if (bytes.length < begin) return undefined;
  const length =
    short === LENGTH_IN_2
      ? bytes.readUInt16BE(at + 2)
      : short === LENGTH_IN_8
        ? Number(bytes.readBigUInt64BE(at + 2))
        : short;
  const end = begin + length;
  return bytes.length < end ? undefined : { begin, end };
}

/** That a room's channel has taken a message. */
function isAck(message: unknown): boolean {
  return isRecord(message) && message.successful === true && String(message.channel).startsWith('/rooms/');
}

function mayBeHttp(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, HTTP.length);
  return bytes.compare(HTTP, 0, length, 0, length) === 0;
}
