import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { TurnCredential } from '../../server/trust/turn-credentials.ts';
import { within } from './eventually.ts';

const COOKIE = 0x2112a442;
const METHODS = { allocate: 0x0003, createPermission: 0x0008 } as const;
/** Attributes of RFC 8489 and 8656. */
const [USERNAME, INTEGRITY, ERROR, PEER, REALM, NONCE, FAMILY, TRANSPORT] = [
  ...[0x0006, 0x0008, 0x0009, 0x0012, 0x0014, 0x0015, 0x0017, 0x0019],
] as const;
const ANSWERS_WITHIN = 5_000;

type Attribute = readonly [type: number, value: Buffer];

/** A TURN client that does what it is told, by one UDP socket: no browser would ask for what this asks for. */
export class TurnClient {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #credential: TurnCredential;
  #realm = '';
  #nonce: Buffer = Buffer.alloc(0);

  constructor(port: number, credential: TurnCredential) {
    this.#socket = createSocket('udp4');
    this.#port = port;
    this.#credential = credential;
  }

  /** Asks for a relayed address. Gives the error code of the refusal, 0 for none. */
  async allocate(family: 'IPv4' | 'IPv6' = 'IPv4'): Promise<number> {
    const attributes: readonly Attribute[] = [
      [TRANSPORT, Buffer.from([17, 0, 0, 0])],
      ...(family === 'IPv6' ? ([[FAMILY, Buffer.from([2, 0, 0, 0])]] as const) : []),
    ];
    const first = await this.#ask(METHODS.allocate, attributes);
    if (first.code !== 401) return first.code;
    this.#realm = first.get(REALM)?.toString() ?? '';
    this.#nonce = first.get(NONCE) ?? this.#nonce;
    return (await this.#ask(METHODS.allocate, attributes)).code;
  }

  /** Asks to be let talk to a peer. Gives the error code of the refusal, 0 for none. */
  async permit(address: string): Promise<number> {
    const answer = await this.#ask(METHODS.createPermission, (id) => [[PEER, peerAddress(address, id)]]);
    return answer.code;
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: number, given: readonly Attribute[] | ((id: Buffer) => readonly Attribute[])) {
    const id = randomBytes(12);
    const attributes = typeof given === 'function' ? given(id) : given;
    this.#socket.send(this.#message(method, id, attributes), this.#port, '127.0.0.1');
    for (;;) {
      const [message] = (await within(once(this.#socket, 'message'), ANSWERS_WITHIN, 'TURN')) as [Buffer];
      if (message.subarray(8, 20).equals(id)) return readAnswer(message);
    }
  }

  #message(method: number, id: Buffer, given: readonly Attribute[]): Buffer {
    const { username, credential } = this.#credential;
    const isKnown = this.#realm !== '';
    const who: readonly Attribute[] = isKnown
      ? [
          [USERNAME, Buffer.from(username)],
          [REALM, Buffer.from(this.#realm)],
          [NONCE, this.#nonce],
        ]
      : [];
    const body = Buffer.concat([...given, ...who].map(attribute));
    const head = (length: number) => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt16BE(method, 0);
      bytes.writeUInt16BE(length, 2);
      bytes.writeUInt32BE(COOKIE, 4);
      return Buffer.concat([bytes, id]);
    };
    if (!isKnown) return Buffer.concat([head(body.length), body]);
    const key = createHash('md5').update(`${username}:${this.#realm}:${credential}`).digest();
    const signed = Buffer.concat([head(body.length + 24), body]);
    return Buffer.concat([signed, attribute([INTEGRITY, createHmac('sha1', key).update(signed).digest()])]);
  }
}

function attribute([type, value]: Attribute): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

function readAnswer(message: Buffer) {
  const found = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    found.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  const error = found.get(ERROR);
  const code = error ? error.readUInt8(2) * 100 + error.readUInt8(3) : 0;
  return { code, get: (type: number) => found.get(type) };
}

/** XOR-PEER-ADDRESS (RFC 8489, section 14.2) of port 9. */
function peerAddress(address: string, id: Buffer): Buffer {
  const bytes = isIPv6(address) ? bytesOfIPv6(address) : Buffer.from(address.split('.').map(Number));
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(COOKIE, 0);
  id.copy(mask, 4);
  const head = Buffer.from([0, bytes.length === 4 ? 1 : 2, 0, 0]);
  head.writeUInt16BE(9 ^ (COOKIE >>> 16), 2);
  return Buffer.concat([head, Buffer.from(bytes.map((byte, i) => byte ^ (mask[i] ?? 0)))]);
}

function bytesOfIPv6(address: string): Buffer {
  const [before = '', after] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [first, last] = [groups(before), groups(after ?? '')];
  const zeros = Array.from({ length: after === undefined ? 0 : 8 - first.length - last.length }, () => 0);
  return Buffer.from([...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 255]));
}
