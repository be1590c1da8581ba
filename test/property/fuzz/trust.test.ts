import fc from 'fast-check';
import { cardBody, parseCard } from '../../../protocol/cards.ts';
import { certificateBody, parseCertificate, type SignedCertificate } from '../../../protocol/certificate.ts';
import { parseBody, payloadOf } from '../../../protocol/payloads.ts';
import { parsePlain } from '../../../protocol/plain.ts';
import type { Result } from '../../../protocol/result.ts';
import { shapedCertificate } from '../../support/certificate.ts';
import { fuzz } from './fuzz.ts';
import { expectRead, json, objects, texts, written } from './made.ts';

const KEY = 'k'.repeat(87);
const SIG = 'w'.repeat(86);

/** Of what is read there is one spelling, so that nobody has two certificates of one. */
function expectOneSpelling(
  input: string,
  read: Result<SignedCertificate>,
  bodyOf: (certificate: SignedCertificate) => string,
): void {
  expectRead(read);
  if (read.ok && `${bodyOf(read.value)}.${read.value.sig}` !== input)
    throw new Error('read what is not its one spelling');
}

/** Parts in the places of a certificate's. */
const dotted = fc.array(fc.oneof(texts, fc.constantFrom(KEY, SIG, '1', '900', 'm', 'o', '', 'bob')), { maxLength: 9 });

describe('what says who somebody is, fuzzed', () => {
  fuzz({
    what: 'certificates',
    valid: [shapedCertificate(), `${KEY}.1.900.o.ada.Ada~20L~2e.${SIG}`],
    made: dotted.map((parts) => parts.join('.')),
    read: (input) => expectOneSpelling(input, parseCertificate(input), certificateBody),
  });

  fuzz({
    what: 'cards of rooms without a relay',
    valid: [`${cardBody(KEY, 'Ada')}.${SIG}`, `${cardBody(KEY, '\u00dcn\u00ef')}.${SIG}`],
    made: dotted.map((parts) => parts.join('.')),
    read: (input) => expectOneSpelling(input, parseCard(input), ({ key, name }) => cardBody(key, name)),
  });

  fuzz({
    what: 'what the relay signs for others',
    valid: ['{"text":"hi","draft":"d"}', '{"kind":"reaction","target":"x","emoji":"\u{1f44d}","on":true}'],
    made: written(fc.oneof(json, objects('text', 'kind', 'draft', 'target', 'emoji', 'on'))),
    read(input) {
      const value = readJson(input);
      if (value !== undefined) expectRead(parsePlain(value));
    },
  });

  const acts = [
    { type: 'mute', user: 'bob', until: 1_800_000_000_000, have: {} },
    { type: 'ban', user: 'bob', have: { AAAAAAAAAAAAAAAAAAAAAA: [[1, 7]] } },
    { type: 'slow', seconds: 10 },
    { type: 'lock', users: ['bob'] },
  ];
  fuzz({
    what: 'moderators\u2019 decisions',
    valid: acts.map((act) => JSON.stringify({ act })),
    made: written(objects('act', 'type', 'user', 'until', 'have', 'seconds', 'on', 'target')),
    read(input) {
      const body = parseBody('moderation', input);
      expectRead(body);
      if (!body.ok || !body.value) return;
      const again = parseBody('moderation', payloadOf(body.value));
      if (!again.ok) throw new Error('what was read can not be written');
    },
  });
});

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
