import '../../support/properties.ts';
import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Entry } from '../../../protocol/entry.ts';
import { parseEnvelope } from '../../../protocol/envelope.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { parseKeyText } from '../../../protocol/key-text.ts';
import { RoomCipher } from '../../../widget/runtime/encryption/cipher.ts';
import { entries } from '../../support/arbitraries.ts';

const ROOM = `enc:${'p'.repeat(21)}A` as RoomName;
const ELSEWHERE = `enc:${'q'.repeat(21)}A` as RoomName;
const SECRET = Buffer.alloc(32, 1).toString('base64url');

async function cipherOf(room: RoomName = ROOM): Promise<RoomCipher> {
  const cipher = new RoomCipher(webcrypto as Crypto, room);
  await cipher.hold([SECRET]);
  return cipher;
}

const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.json());
const headers = entries.map(({ payload: _payload, ...header }) => header);

/** Another header, in exactly one field that the sender signs. */
const FIELDS: readonly ((entry: Entry, other: Entry) => Entry)[] = [
  (entry, { replica }) => ({ ...entry, replica }),
  (entry, { seq }) => ({ ...entry, seq }),
  (entry, { prev }) => ({ ...entry, prev }),
  (entry, { clock }) => ({ ...entry, clock: [clock[0], entry.clock[1]] }),
  (entry, { clock }) => ({ ...entry, clock: [entry.clock[0], clock[1]] }),
  (entry, { kind }) => ({ ...entry, kind }),
];
const FIELD_NAMES = ['replica', 'seq', 'prev', 'clock', 'clock', 'kind'] as const;

describe('encrypted payloads, whatever they say', () => {
  it('[ENC-4] open to what was sealed, to whoever has the key', async () => {
    const cipher = await cipherOf();
    await fc.assert(
      fc.asyncProperty(headers, texts, async (header, text) => {
        fc.pre(text === Buffer.from(text).toString()); // lone surrogates do not stand in JSON
        const payload = await cipher.seal(header, text);
        expect(await cipher.open({ ...header, payload })).to.deep.equal({ state: 'open', payload: text });
      }),
    );
  });

  it('[ENC-5] do not open under another header, of another sender or in another room', async () => {
    const [cipher, elsewhere] = [await cipherOf(), await cipherOf(ELSEWHERE)];
    await fc.assert(
      fc.asyncProperty(headers, entries, fc.nat(FIELDS.length - 1), async (header, other, n) => {
        const entry = { ...header, payload: await cipher.seal(header, '{"text":"hello"}') };
        const moved = FIELDS[n]?.(entry, other) ?? entry;
        const name = FIELD_NAMES[n] ?? 'kind';
        fc.pre(JSON.stringify(moved[name]) !== JSON.stringify(entry[name]));
        expect(await cipher.open(moved)).to.deep.equal({ state: 'damaged' });
        expect(await elsewhere.open(entry)).to.deep.equal({ state: 'damaged' });
      }),
    );
  });

  it('[ENC-5] do not open when any character of them is another', async () => {
    const cipher = await cipherOf();
    await fc.assert(
      fc.asyncProperty(headers, texts, fc.nat(), fc.constantFrom(...'AQgw-_z9"}{'), async (header, text, at, by) => {
        const payload = await cipher.seal(header, text);
        const place = at % payload.length;
        const altered = payload.slice(0, place) + by + payload.slice(place + 1);
        fc.pre(bytesIn(altered) !== bytesIn(payload));
        const opened = await cipher.open({ ...header, payload: altered });
        expect(opened?.state).to.be.oneOf(['damaged', 'locked', 'plain']);
      }),
    );
  });

  it('[ENC-5] never share a nonce, nor any of their bytes, whoever writes and whatever', async () => {
    const cipher = await cipherOf();
    const [header] = fc.sample(headers, 1);
    if (!header) throw new Error('no header');
    const sealed = await Promise.all(Array.from({ length: 5_000 }, () => cipher.seal(header, '{"text":"the same"}')));
    const parts = sealed.map((payload) => {
      const envelope = parseEnvelope(payload);
      if (!envelope.ok) throw new Error(envelope.message);
      return envelope.value;
    });
    expect(new Set(parts.map(({ nonce }) => nonce)).size).to.equal(sealed.length);
    expect(new Set(parts.map((part) => part.sealed)).size).to.equal(sealed.length);
  });

  it('[ENC-2] whatever is pasted is read as a key, a passphrase or neither, and throws nothing', () => {
    const pasted = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ maxLength: 80 }).map((text) => `#natter-key=${text}`),
    );
    fc.assert(
      fc.property(pasted, (text) => {
        const parsed = parseKeyText(text);
        if (parsed.ok && parsed.value.type === 'secret')
          expect(Buffer.from(parsed.value.secret, 'base64url')).to.have.length(32);
      }),
    );
  });
});

/** What an envelope stands for: the last characters of base64url may be spelt in more than one way. */
function bytesIn(payload: string): string {
  const envelope = parseEnvelope(payload);
  if (!envelope.ok) return payload;
  const { key, nonce, sealed } = envelope.value;
  return `${key} ${Buffer.from(nonce, 'base64url').toString('hex')} ${Buffer.from(sealed, 'base64url').toString('hex')}`;
}
