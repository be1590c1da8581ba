import type { SignedCertificate } from './certificate.ts';
import { isText } from './json.ts';
import { LIMITS } from './limits.ts';
import { cleanName } from './names.ts';
import { accept, type Result, refuse } from './result.ts';
import { decodeSegment, encodeSegment } from './segments.ts';

const SHAPE = /^(?<body>(?<key>[\w-]{86}[AEIMQUYcgkosw048])\.(?<name>[\w~-]+))\.(?<sig>[\w-]{85}[AQgw])$/;

/**
 * What stands in the place of a certificate where there is no relay: `key.name.signature`, a bare key and the name that
 * its holder takes, signed by that key itself. It shows that the holder says so, and nothing of who that is.
 */
export function cardBody(key: string, name: string): string {
  return `${key}.${encodeSegment(name)}`;
}

/**
 * Reads a card's shape, as a certificate that holds at all times. No certificate is a card and no card a certificate, so a
 * room that has a relay takes none. Whether the key has signed it is for the edge to check.
 */
export function parseCard(text: unknown): Result<SignedCertificate> {
  if (!isText(text) || text.length > LIMITS.certificateLength) return bad();
  const { body, key, name = '', sig } = SHAPE.exec(text)?.groups ?? {};
  const shown = decodeSegment(name);
  if (body === undefined || key === undefined || sig === undefined) return bad();
  if (shown === undefined || cleanName(shown) !== shown) return bad();
  const always = { from: 0, until: Number.POSITIVE_INFINITY };
  return accept({ key, user: undefined, name: shown, role: 'member', ...always, body, sig });
}

function bad(): Result<never> {
  return refuse('bad_certificate', 'not a card');
}
