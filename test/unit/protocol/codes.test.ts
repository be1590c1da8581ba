import { expect } from 'chai';
import { readAddress, writeAddress } from '../../../protocol/addresses.ts';
import { bytesToText, textToBytes } from '../../../protocol/base64.ts';
import { cardBody, parseCard } from '../../../protocol/cards.ts';
import { parseCertificate } from '../../../protocol/certificate.ts';
import { crc32 } from '../../../protocol/code-bytes.ts';
import { CODE_FRAGMENT, hasExpired, readCode, roomTag } from '../../../protocol/codes.ts';
import { type Description, readDescription, writeDescription } from '../../../protocol/descriptions.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { fingerprintOf, parseSignal } from '../../../protocol/signals.ts';
import { shapedCertificate } from '../../support/certificate.ts';
import { CHROMIUM_OFFER, CodeMaker } from '../../support/codes.ts';

const room = 'Café Zürich' as RoomName;
const maker = new CodeMaker();
const until = 1_800_000_000_000;
const session = bytesToText(Array.from({ length: 16 }, (_, i) => i * 9));

function described(sdp = CHROMIUM_OFFER): Description {
  const read = readDescription(sdp);
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

function invitation(card = maker.card(room, 'Zoë 👋')): string {
  return maker.code(room, { kind: 'invitation', session, until, card, description: described() });
}

function read(text: unknown) {
  const code = readCode(text);
  if (!code.ok) throw new Error(code.code);
  return code.value;
}

const refusal = (text: unknown) => {
  const code = readCode(text);
  return code.ok ? 'taken' : code.code;
};

describe('codes that people pass on', () => {
  it('[INV-1] are read as they were written, alone, broken into lines or in a link', () => {
    const text = invitation();
    const { body, sig, ...code } = read(text);
    expect(code).to.deep.equal({
      ...{ kind: 'invitation', room: roomTag(room), session, until },
      ...{ card: code.card, description: described() },
    });
    const card = parseCard(code.card);
    expect(card.ok && card.value.name).to.equal('Zoë 👋');
    expect(body.length).to.be.greaterThan(0);
    expect(sig).to.have.length(86);
    expect(read(`  ${text.replace(/.{60}/g, '$&\r\n')} `).session).to.equal(session);
    expect(read(`Come: https://a.example/x?y=1#${CODE_FRAGMENT.invitation}=${text} and bye`).session).to.equal(session);
    const answer = maker.code(room, { kind: 'answer', session, until, description: described() });
    expect(read(`https://a.example/#${CODE_FRAGMENT.answer}=${answer}`).kind).to.equal('answer');
  });

  it('[INV-2] are short: under 500 characters on a usual machine, and never over 700', () => {
    expect(invitation().length).to.be.lessThan(500);
    const many = new Array(12).fill('a=candidate:1 1 udp 1 2001:db8:1:2:3:4:5:6 50001 typ host').join('\r\n');
    const description = described(CHROMIUM_OFFER.replace('a=ice-ufrag', `${many}\r\na=ice-ufrag`));
    expect(description.reaches).to.have.length(8);
    const card = maker.card(room, 'a name of sixty-four letters, which is as long as a name can be.');
    expect(maker.code(room, { kind: 'invitation', session, until, card, description }).length).to.be.lessThan(700);
  });

  it('[INV-3] carry of a session description what differs, and rebuild the rest from one strict form', () => {
    const rebuilt = writeDescription('offer', described());
    expect(described(rebuilt)).to.deep.equal(described());
    expect(fingerprintOf(rebuilt)).to.equal(fingerprintOf(CHROMIUM_OFFER));
    expect(parseSignal({ type: 'offer', sdp: rebuilt }).ok).to.equal(true);
    expect(rebuilt.match(/a=candidate:.*/g)).to.deep.equal([
      'a=candidate:1 1 udp 2130706431 192.0.2.2 58081 typ host',
      'a=candidate:2 1 udp 2130706175 fd00:0:0:0:0:0:0:2 39160 typ host',
      'a=candidate:3 1 udp 2130705919 0d33ba68-8fcd-4d17-9a4f-0a2b3c4d5e6f.local 50001 typ host',
      'a=candidate:4 1 udp 1694498047 203.0.113.7 50002 typ srflx raddr 0.0.0.0 rport 0',
    ]);
    // Who waits for people begins nothing that could time out (Chromium's DTLS did after 222 s).
    expect(rebuilt).to.include('a=setup:active');
    expect(writeDescription('answer', described())).to.include('a=setup:passive');
    for (const bad of [
      CHROMIUM_OFFER.replace('m=application', 'm=audio'),
      `${CHROMIUM_OFFER}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n`,
      CHROMIUM_OFFER.replace('sha-256', 'sha-1'),
      CHROMIUM_OFFER.replace(/a=ice-pwd.*\r\n/, ''),
      CHROMIUM_OFFER.replace('dkxr', 'd kxr'),
    ])
      expect(readDescription(bad).ok, bad).to.equal(false);
  });

  it('[INV-4] are refused as altered for any one character that is another, is missing or comes twice', () => {
    const text = invitation();
    for (let i = 0; i < text.length; i += 1) {
      const other = text[i] === 'A' ? 'B' : 'A';
      expect(refusal(text.slice(0, i) + other + text.slice(i + 1)), `at ${i}`).to.equal('code_altered');
      expect(refusal(text.slice(0, i) + text.slice(i + 1)), `without ${i}`).to.equal('code_altered');
      expect(refusal(text.slice(0, i) + text[i] + text.slice(i)), `twice ${i}`).to.equal('code_altered');
    }
    for (const none of [undefined, 7, '', 'hello', 'a'.repeat(5_000), `${text}${text}`, 'é', '🙂'])
      expect(refusal(none), String(none)).to.equal('code_altered');
  });

  it('[INV-4] of another version say so', () => {
    const bytes = textToBytes(invitation())?.slice(0, -4) ?? [];
    bytes[0] = 0x20;
    const sum = crc32(bytes);
    const newer = bytesToText([...bytes, sum >>> 24, (sum >> 16) & 255, (sum >> 8) & 255, sum & 255]);
    expect(refusal(newer)).to.equal('code_version');
  });

  it('[INV-5] end, by clocks that may differ', () => {
    const code = read(invitation());
    expect(hasExpired(code, until + 5_000, 5_000)).to.equal(false);
    expect(hasExpired(code, until + 5_001, 5_000)).to.equal(true);
  });

  it('[INV-6] bring a card: a bare key and a name that it has signed, which is no certificate, nor the other way round', () => {
    const card = maker.card(room, 'Bo');
    const parsed = parseCard(card);
    expect(parsed.ok && { ...parsed.value, sig: '', key: '' }).to.deep.equal({
      ...{ key: '', user: undefined, name: 'Bo', role: 'member', from: 0, until: Number.POSITIVE_INFINITY },
      ...{ body: cardBody(maker.key, 'Bo'), sig: '' },
    });
    expect(parseCertificate(card).ok).to.equal(false);
    expect(parseCard(shapedCertificate()).ok).to.equal(false);
    for (const bad of [7, '', maker.key, `${maker.key}..${'w'.repeat(86)}`, `${maker.key}.~0a.${'s'.repeat(86)}`])
      expect(parseCard(bad).ok, String(bad)).to.equal(false);
  });

  it('spell addresses as browsers do', () => {
    const full = '2001:db8:0:0:0:0:0:1';
    expect(writeAddress(readAddress('2001:DB8::1') ?? { form: 'ip4', bytes: [] })).to.equal(full);
    for (const bad of ['', '1.2.3', '1.2.3.256', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7::8', 'x.local', 'g::1'])
      expect(readAddress(bad), bad).to.equal(undefined);
  });

  it('have one spelling in base64url, and the usual CRC-32', () => {
    for (let size = 0; size < 70; size += 1) {
      const bytes = Array.from({ length: size }, (_, i) => (i * 37 + size) & 255);
      const text = Buffer.from(bytes).toString('base64url');
      expect(bytesToText(bytes)).to.equal(text);
      expect(textToBytes(text)).to.deep.equal(bytes);
    }
    for (const bad of ['A', 'AB', 'AAB', 'A=', 'AA==', 'A+', 'A/']) expect(textToBytes(bad), bad).to.equal(undefined);
    expect(crc32([...'123456789'].map((digit) => digit.charCodeAt(0)))).to.equal(0xcbf43926);
  });
});
