import { createCipheriv, hkdfSync, pbkdf2Sync, webcrypto } from 'node:crypto';
import { expect } from 'chai';
import type { Entry, EntryHeader } from '../../../protocol/entry.ts';
import { envelopeText, parseEnvelope } from '../../../protocol/envelope.ts';
import type { EntryId, ReplicaId, RoomName } from '../../../protocol/ids.ts';
import { payloadText } from '../../../protocol/seal.ts';
import { RoomCipher } from '../../../widget/runtime/encryption/cipher.ts';
import {
  idOfSecret,
  roomOfName,
  roomOfSecret,
  secretOfPassphrase,
} from '../../../widget/runtime/encryption/secrets.ts';
import { createKeys, identityOf } from '../../../widget/runtime/identity.ts';

const { subtle } = webcrypto;
const NAME = 'The reading room' as RoomName;
const ROOM = `enc:${'p'.repeat(21)}A` as RoomName;
const SECRET = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64url');
const HEADER: EntryHeader = {
  replica: 'R'.repeat(22) as ReplicaId,
  seq: 3,
  prev: 'e'.repeat(43) as EntryId,
  clock: [1_790_000_000_000, 2],
  kind: 'message',
};

/** The same by Node's own functions, which share nothing with WebCrypto's callers here. */
const expand = (info: string, bytes: number) =>
  Buffer.from(hkdfSync('sha256', Buffer.from(SECRET, 'base64url'), '', info, bytes));

async function holding(...secrets: readonly string[]): Promise<RoomCipher> {
  const cipher = new RoomCipher(webcrypto as Crypto, ROOM);
  await cipher.hold(secrets);
  return cipher;
}

const entryOf = (payload: string, header: EntryHeader = HEADER): Entry => ({
  ...header,
  id: 'i'.repeat(43) as EntryId,
  payload,
  cert: 'c',
  sig: 's',
});

describe('the encryption of rooms', () => {
  it('[ENC-3] keys and rooms follow from what was given as docs/encryption.md says', async () => {
    expect(await idOfSecret(subtle as SubtleCrypto, SECRET)).to.equal(
      expand('natter/1 key id', 8).toString('base64url'),
    );
    const place = expand(`natter/1 place,${NAME}`, 16).toString('base64url');
    expect(await roomOfSecret(subtle as SubtleCrypto, SECRET, NAME)).to.equal(`enc:${place}`);
    const named = pbkdf2Sync(NAME, 'natter/1 place', 600_000, 16, 'sha256').toString('base64url');
    expect(await roomOfName(subtle as SubtleCrypto, NAME)).to.equal(`enc:${named}`);
    const secret = pbkdf2Sync('open sesame', `natter/1 passphrase,enc:${named}`, 600_000, 32, 'sha256');
    expect(await secretOfPassphrase(subtle as SubtleCrypto, 'open sesame', `enc:${named}` as RoomName)).to.equal(
      secret.toString('base64url'),
    );
  });

  it('[ENC-3] a known answer, worked out in Python: the same bytes in every implementation', async () => {
    expect(await idOfSecret(subtle as SubtleCrypto, SECRET)).to.equal('QD2QunQZ-og');
    expect(await roomOfSecret(subtle as SubtleCrypto, SECRET, NAME)).to.equal('enc:Akjn_UUK-ALahmsyH49hWg');
    const fixed = new RoomCipher({ subtle: subtle as SubtleCrypto, getRandomValues: (array) => array }, ROOM);
    await fixed.hold([SECRET]);
    expect(await fixed.seal(HEADER, '{"text":"hello"}')).to.equal(
      '{"v":1,"key":"QD2QunQZ-og","nonce":"AAAAAAAAAAAAAAAA","sealed":"8Clfn8fgEluXuSV7lJ8wXJ26qzbrq3J_EssYtWLvAqc"}',
    );
  });

  it('[ENC-4] a payload is AES-256-GCM under the sender’s own key, with the header as additional data', async () => {
    const cipher = await holding(SECRET);
    const sealed = await cipher.seal(HEADER, '{"text":"hello"}');
    const envelope = parseEnvelope(sealed);
    if (!envelope.ok) throw new Error(envelope.message);
    const { key, nonce, sealed: text } = envelope.value;
    const sender = expand(`natter/1 sender,${HEADER.replica}`, 32);
    const byNode = createCipheriv('aes-256-gcm', sender, Buffer.from(nonce, 'base64url'));
    byNode.setAAD(Buffer.from(payloadText(ROOM, HEADER, key)));
    const bytes = Buffer.concat([byNode.update('{"text":"hello"}'), byNode.final(), byNode.getAuthTag()]);
    expect(text).to.equal(bytes.toString('base64url'));
    expect(await cipher.open(entryOf(sealed))).to.deep.equal({ state: 'open', payload: '{"text":"hello"}' });
  });

  it('[ENC-6] what is locked, damaged or was not encrypted is each told apart', async () => {
    const other = Buffer.alloc(32, 7).toString('base64url');
    const [cipher, stranger] = [await holding(SECRET), await holding(other)];
    const sealed = await stranger.seal(HEADER, '{"text":"hello"}');
    const key = await idOfSecret(subtle as SubtleCrypto, other);
    expect(await cipher.open(entryOf(sealed))).to.deep.equal({ state: 'locked', key });
    expect(await cipher.open(entryOf('{"text":"hello"}'))).to.deep.equal({ state: 'plain' });
    const id = await idOfSecret(subtle as SubtleCrypto, SECRET);
    const junk = envelopeText({ key: id, nonce: 'n'.repeat(16), sealed: 's'.repeat(44) });
    expect(await cipher.open(entryOf(junk))).to.deep.equal({ state: 'damaged' });
    expect(await cipher.open(entryOf('{"mute":"x"}', { ...HEADER, kind: 'moderation' }))).to.equal(undefined);
  });

  it('[ENC-10] of several keys the first is written with, and all are read with', async () => {
    const other = Buffer.alloc(32, 7).toString('base64url');
    const both = await holding(other, SECRET);
    const [old, young] = [await holding(SECRET), await holding(other)];
    expect(await both.open(entryOf(await old.seal(HEADER, '{}')))).to.deep.equal({ state: 'open', payload: '{}' });
    expect(await young.open(entryOf(await both.seal(HEADER, '{}')))).to.deep.equal({ state: 'open', payload: '{}' });
    expect((await old.open(entryOf(await both.seal(HEADER, '{}'))))?.state).to.equal('locked');
  });

  it('[ENC-7] nothing can be signed in an encrypted room without a key', async () => {
    const keys = await createKeys(subtle as SubtleCrypto);
    const refused = async (attempt: Promise<unknown>) => attempt.then(() => 'done', String);
    expect(await refused(identityOf(keys, ROOM, subtle as SubtleCrypto))).to.match(/no key/);
    const empty = new RoomCipher(webcrypto as Crypto, ROOM);
    expect(await refused(empty.seal(HEADER, '{"text":"hello"}'))).to.match(/no key/);
  });
});
