import type { IncomingMessage } from 'node:http';
import { LIMITS } from '../../protocol/limits.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';

/** Of a refused body so many bytes are still read, for so many ms, so that its sender can see the answer. */
const DRAIN = { bytes: 4 * 1024 * 1024, ms: 2_000 };

/** Reads a request's body as text, at most 64 KiB of it. */
export async function readBody(request: IncomingMessage): Promise<Result<string>> {
  const parsed: unknown = 'body' in request ? request.body : undefined;
  if (parsed !== undefined && request.complete) return readParsed(parsed);
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.frameBytes) return tooLarge(request);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > LIMITS.frameBytes) return tooLarge(request);
      chunks.push(chunk);
    }
  } catch {
    return refuse('malformed', 'the body broke off'); // its sender has hung up
  }
  return accept(Buffer.concat(chunks).toString('utf8'));
}

/** A body that the integrator's own parser took before us. */
function readParsed(body: unknown): Result<string> {
  const text = typeof body === 'string' ? body : Buffer.isBuffer(body) ? body.toString('utf8') : toJson(body);
  if (text === undefined) return refuse('too_deep', 'nested too deep');
  return Buffer.byteLength(text) > LIMITS.frameBytes ? refuse('too_large', 'the body is too large') : accept(text);
}

function tooLarge(request: IncomingMessage): Result<never> {
  let drained = 0;
  const cut = setTimeout(() => request.destroy(), DRAIN.ms).unref();
  request.once('end', () => clearTimeout(cut));
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > DRAIN.bytes) request.pause();
  });
  return refuse('too_large', `at most ${LIMITS.frameBytes} bytes`);
}

function toJson(body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    return undefined; // RangeError: deeper than the stack
  }
}
