import { expect } from 'chai';
import { isEncryptedRoom, sealedLength } from '../../../protocol/encrypted-rooms.ts';
import { envelopeText, isEncryptedKind, parseEnvelope } from '../../../protocol/envelope.ts';
import type { ReplicaId, RoomName } from '../../../protocol/ids.ts';
import { invitationLink, keyInFragment, parseKeyText } from '../../../protocol/key-text.ts';
import { payloadText } from '../../../protocol/seal.ts';
import { utf8Length } from '../../../protocol/segments.ts';

const SECRET = `${'k'.repeat(42)}A`;
const PLACE = `${'p'.repeat(21)}A`;
const ROOM = `enc:${PLACE}` as RoomName;

describe('the format of encrypted rooms', () => {
  it('[ENC-1] an encrypted room is known by its name on the wire', () => {
    expect(isEncryptedRoom(ROOM)).to.equal(true);
    for (const other of [
      'lobby',
      'enc:',
      `enc:${'p'.repeat(22)}`,
      `enc:${PLACE}A`,
      `Enc:${PLACE}`,
      ` ${ROOM}`,
      `${ROOM}\n`,
    ])
      expect(isEncryptedRoom(other), other).to.equal(false);
  });

  it('[ENC-4] a payload is an envelope in its one spelling, and nothing stands beside it', () => {
    const envelope = { key: 'K'.repeat(11), nonce: 'n'.repeat(16), sealed: 's'.repeat(40) };
    const text = envelopeText(envelope);
    expect(JSON.parse(text)).to.deep.equal({ v: 1, ...envelope });
    expect(parseEnvelope(text)).to.deep.equal({ ok: true, value: envelope });
    const bad = [
      '',
      '{}',
      '{"text":"hi"}',
      ` ${text}`,
      `${text}\n`,
      text.replace('"v":1', '"v":2'),
      text.replace('}', ',"text":"hi"}'),
      text.replace('"v":1', '"v":1,"text":"hi"'),
      text.replace('s'.repeat(40), 's'.repeat(21)),
      text.replace('K'.repeat(11), 'K'.repeat(10)),
      text.replace('n'.repeat(16), `${'n'.repeat(15)}+`),
    ];
    for (const payload of bad)
      expect(parseEnvelope(payload), payload).to.deep.include({ ok: false, code: 'encryption_required' });
  });

  it('[ENC-4] every kind but moderation is encrypted', () => {
    for (const kind of ['message', 'edit', 'delete', 'reaction', 'void', 'a-newer-kind'])
      expect(isEncryptedKind(kind), kind).to.equal(true);
    expect(isEncryptedKind('moderation')).to.equal(false);
  });

  it('[ENC-5] an envelope is bound to room, header and key, each of which changes the text that binds it', () => {
    const header = { replica: 'R'.repeat(22) as ReplicaId, seq: 2, prev: null, clock: [5, 6] as const, kind: 'edit' };
    const text = payloadText(ROOM, header, 'K'.repeat(11));
    expect(text).to.equal(
      `16:natter/1 payload,28:enc~3a${PLACE},22:${'R'.repeat(22)},1:2,0:,3:5.6,4:edit,11:${'K'.repeat(11)},`,
    );
  });

  it('[ENC-4] what may be written is measured as it is sent', () => {
    for (const said of ['', 'a', 'é'.repeat(99), '日'.repeat(8_000), '👍👍', 'a\ud800b']) {
      const bytes = new TextEncoder().encode(said).length;
      expect(utf8Length(said), said.slice(0, 3)).to.equal(bytes);
      const sealed = Buffer.alloc(bytes + 16).toString('base64url');
      const { length } = envelopeText({ key: 'K'.repeat(11), nonce: 'n'.repeat(16), sealed });
      expect(sealedLength(bytes) - length).to.be.within(0, 8);
    }
  });

  it('[ENC-2] a key is read from a fragment, a link or by itself; one that is cut off or altered is no passphrase', () => {
    const secret = { type: 'secret', secret: SECRET, room: undefined };
    for (const text of [
      SECRET,
      ` ${SECRET}\n`,
      `#natter-key=${SECRET}`,
      `https://a.example/b?c#d&natter-key=${SECRET}&e`,
    ])
      expect(parseKeyText(text), text).to.deep.equal({ ok: true, value: secret });
    expect(parseKeyText(`https://a.example/#natter-key=${SECRET}.${PLACE}`)).to.deep.equal({
      ok: true,
      value: { ...secret, room: ROOM },
    });
    const damaged = [
      '',
      SECRET.slice(1),
      `${'k'.repeat(42)}B`,
      `${SECRET}.`,
      `${SECRET}.${PLACE.slice(1)}`,
      `${SECRET}%20`,
    ];
    for (const text of damaged) expect(parseKeyText(`#natter-key=${text}`).ok, text).to.equal(false);
    expect(parseKeyText('  pa\u0308ss word ')).to.deep.equal({
      ok: true,
      value: { type: 'passphrase', passphrase: 'päss word' },
    });
    expect(parseKeyText(' \n').ok).to.equal(false);
    expect(keyInFragment('https://a.example/?natter-key=x')).to.equal(undefined);
  });

  it('[ENC-11] an invitation is the page’s address with the key in its fragment, in place of one that was there', () => {
    const link = (page: string, room?: RoomName) => invitationLink(page, SECRET, room);
    expect(link('https://a.example/b?c=d')).to.equal(`https://a.example/b?c=d#natter-key=${SECRET}`);
    expect(link('https://a.example/#natter-key=old')).to.equal(`https://a.example/#natter-key=${SECRET}`);
    expect(link('https://a.example/#/route&natter-key=old')).to.equal(`https://a.example/#/route&natter-key=${SECRET}`);
    expect(link('https://a.example/#natter-key=old&x=1')).to.equal(`https://a.example/#x=1&natter-key=${SECRET}`);
    expect(link('https://a.example/', ROOM)).to.equal(`https://a.example/#natter-key=${SECRET}.${PLACE}`);
    expect(parseKeyText(link('https://a.example/', ROOM))).to.deep.equal({
      ok: true,
      value: { type: 'secret', secret: SECRET, room: ROOM },
    });
  });
});
