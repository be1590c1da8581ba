import { expect } from 'chai';
import fc from 'fast-check';
import { type Certificate, certificateBody, parseCertificate } from '../../../protocol/certificate.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { fingerprintOf } from '../../../protocol/signals.ts';
import { hostReplica } from '../../../server/trust/replica.ts';
import { authors, roomNames, userIds } from '../../support/arbitraries.ts';
import { TestAuthority } from '../../support/certificate.ts';

const BASE64URL = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
const base64url = (length: number) =>
  fc.string({ unit: fc.constantFrom(...BASE64URL), minLength: length, maxLength: length });

/** Of a number of bytes: the last character stands for what is left of them. */
const ending = (length: number, last: string) =>
  fc.tuple(base64url(length), fc.constantFrom(...last)).map((parts) => parts.join(''));

const certificates: fc.Arbitrary<Certificate> = fc
  .record({
    key: ending(86, 'AEIMQUYcgkosw048'),
    user: fc.option(userIds, { nil: undefined }),
    name: authors.map(({ name }) => name),
    role: fc.constantFrom('member' as const, 'moderator' as const),
    from: fc.integer({ min: 1, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
    seconds: fc.integer({ min: 1, max: LIMITS.certificateLife / 1000 }),
  })
  .map(({ seconds, ...rest }) => ({ ...rest, until: rest.from + seconds * 1000 }));
const signed = fc.tuple(certificates, ending(85, 'AQgw'));

const relay = new TestAuthority();
const { key, replica } = hostReplica();

/** One character changed, left out, doubled or put in. */
const damages = fc.record({
  how: fc.constantFrom('change', 'drop', 'double', 'insert', 'cut'),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  with: fc.oneof(
    fc.constantFrom('.', '~', '-', '_', 'm', 'o', '0', '9', 'A', ' ', '\n'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

function damaged(text: string, damage: { how: string; at: number; with: string }): string {
  const at = Math.floor(damage.at * text.length);
  const [before, rest] = [text.slice(0, at), text.slice(at + 1)];
  switch (damage.how) {
    case 'drop':
      return before + rest;
    case 'double':
      return `${before}${text[at]}${text[at]}${rest}`;
    case 'insert':
      return `${before}${damage.with}${text[at]}${rest}`;
    case 'cut':
      return before;
    default:
      return `${before}${damage.with}${rest}`;
  }
}

describe('certificates', () => {
  it('[CERT-2] come back from their text, which has one spelling', () => {
    fc.assert(
      fc.property(signed, ([certificate, sig]) => {
        const body = certificateBody(certificate);
        expect(parseCertificate(`${body}.${sig}`)).to.deep.equal({ ok: true, value: { ...certificate, body, sig } });
      }),
    );
  });

  it('[CERT-2] that are anything else are refused with a code, whatever byte is changed, and never read as another text’s', () => {
    fc.assert(
      fc.property(signed, fc.array(damages, { minLength: 1, maxLength: 4 }), ([certificate, sig], all) => {
        const text = `${certificateBody(certificate)}.${sig}`;
        const other = all.reduce(damaged, text);
        const read = parseCertificate(other);
        if (!read.ok) expect(read.code).to.equal('bad_certificate');
        else expect(`${certificateBody(read.value)}.${read.value.sig}`).to.equal(other);
      }),
      { numRuns: 2_000 },
    );
    for (const bad of [undefined, null, 7, [], {}, '', '.', 'a'.repeat(LIMITS.certificateLength + 1)])
      expect(parseCertificate(bad).ok).to.equal(false);
  });

  it('[CERT-2] are read in linear time', () => {
    const [began, most] = [performance.now(), LIMITS.certificateLength];
    for (const unit of ['~', '~61', '.', 'a', 'a.', '1.', '~ff'])
      for (let n = 0; n < 200; n += 1) parseCertificate(`${'k'.repeat(87)}.1.1.m.${unit.repeat(most)}`.slice(0, most));
    expect(performance.now() - began).to.be.lessThan(1_000);
  });

  it('[CERT-4] are taken by the relay for the room they were given for, and with no byte changed', () => {
    fc.assert(
      fc.property(roomNames, roomNames, damages, (room, other, damage) => {
        const text = relay.certify(room, key);
        expect(relay.certificates.read(room, text)?.replica).to.equal(replica);
        if (other !== room) expect(relay.certificates.read(other, text)).to.equal(undefined);
        const forged = damaged(text, damage);
        if (forged !== text) expect(relay.certificates.read(room, forged), forged).to.equal(undefined);
      }),
    );
  });

  it('[CERT-4] signed by another relay, or with a field of another, are taken by none', () => {
    const another = new TestAuthority(relay.now, 'the secret of another relay');
    const fields: readonly Partial<Certificate>[] = [
      { key: hostReplica().key },
      { user: 'admin' as NonNullable<Certificate['user']> },
      { name: 'Somebody else' },
      { role: 'moderator' },
      { from: relay.now - 60_000 },
      { until: relay.now + 60_000 },
    ];
    fc.assert(
      fc.property(roomNames, fc.constantFrom(...fields), (room, field) => {
        const parsed = parseCertificate(relay.certify(room, key));
        if (!parsed.ok) throw new Error(parsed.message);
        const forged = `${certificateBody({ ...parsed.value, ...field })}.${parsed.value.sig}`;
        expect(relay.certificates.read(room, forged)).to.equal(undefined);
        expect(relay.certificates.read(room, another.certify(room, key))).to.equal(undefined);
      }),
    );
  });

  it('[CERT-10] a description has one fingerprint, or none that counts', () => {
    const line = 'a=fingerprint:sha-256 AB:CD';
    expect(fingerprintOf(`v=0\r\n${line}\r\nm=application 9 x\r\n${line}\r\n`)).to.equal('sha-256 AB:CD');
    expect(fingerprintOf(`v=0\r\n${line}\r\n${line}:EF\r\n`)).to.equal(undefined);
    expect(fingerprintOf('v=0\r\n')).to.equal(undefined);
    expect(fingerprintOf(`v=0\r\ns=${line}\r\n`)).to.equal(undefined);
  });
});
