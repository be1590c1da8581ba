import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { cardBody } from '../../protocol/cards.ts';
import { type Code, codeBody, roomTag, writeCode } from '../../protocol/codes.ts';
import type { RoomName } from '../../protocol/ids.ts';
import { cardText, codeText } from '../../protocol/seal.ts';

/** A session description as Chromium 156 writes it, all candidates gathered. */
export const CHROMIUM_OFFER = [
  'v=0',
  'o=- 7637483999933186753 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
  'm=application 58081 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 192.0.2.2',
  'a=candidate:4152153327 1 udp 2113937151 192.0.2.2 58081 typ host generation 0 network-cost 999',
  'a=candidate:1008342287 1 udp 2113942271 fd00::2 39160 typ host generation 0 network-cost 999',
  'a=candidate:1 1 udp 2113937151 0d33ba68-8fcd-4d17-9a4f-0a2b3c4d5e6f.local 50001 typ host generation 0',
  'a=candidate:2 1 udp 1677729535 203.0.113.7 50002 typ srflx raddr 0.0.0.0 rport 0 generation 0',
  'a=candidate:3 1 tcp 1518280447 192.0.2.2 9 typ host tcptype active generation 0',
  'a=ice-ufrag:dkxr',
  'a=ice-pwd:UuyqpPZgkCAW2x0sE1WHk5x5',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 E1:8A:4C:E3:A9:23:A6:F3:88:FC:5B:1F:24:86:66:87:32:F4:23:22:B7:99:8C:2C:1F:AA:68:E2:D9:66:4F:86',
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n');

/** Somebody with a key, without a browser. */
export class CodeMaker {
  readonly key: string;
  readonly #private: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#private = privateKey;
    this.key = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65).toString('base64url');
  }

  sign(text: string): string {
    return sign('sha256', Buffer.from(text), { key: this.#private, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  }

  card(room: RoomName, name = 'Ada'): string {
    const body = cardBody(this.key, name);
    return `${body}.${this.sign(cardText(room, body))}`;
  }

  /** A whole code of this person's. */
  code(room: RoomName, fields: Omit<Code, 'room' | 'card'> & Partial<Code>): string {
    const body = codeBody({ room: roomTag(room), card: this.card(room), ...fields });
    if (body === undefined) throw new Error('not of a code’s shape');
    return writeCode(body, this.sign(codeText(room, body)));
  }
}
