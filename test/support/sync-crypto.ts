import { createECDH, createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** As Node's own keys: a room's code passes them back here and looks at nothing in them. */
interface SyncKey {
  readonly key: KeyObject;
}

/** An uncompressed point of P-256 begins with this; its coordinates have this many bytes each. */
const UNCOMPRESSED = 4;
const COORDINATE = 32;
const RAW_SIGNATURE = 'ieee-p1363';

/**
 * As much of WebCrypto as a replica's key needs, by Node's synchronous calls: the same bytes, without a trip to another
 * thread for each hash. For processes that carry hundreds of clients.
 */
const crypto = {
  async digest(_algorithm: string, bytes: Uint8Array): Promise<ArrayBuffer> {
    return copyOf(createHash('sha256').update(bytes).digest());
  },
  // Not generateKeyPairSync: it can stop the process (server/trust/replica.ts).
  async generateKey() {
    const pair = createECDH('prime256v1');
    const point = jwkOf(pair.generateKeys());
    const d = pair.getPrivateKey('hex').padStart(2 * COORDINATE, '0');
    const secret = { ...point, d: Buffer.from(d, 'hex').toString('base64url') };
    return {
      publicKey: { key: createPublicKey({ key: point, format: 'jwk' }) },
      privateKey: { key: createPrivateKey({ key: secret, format: 'jwk' }) },
    };
  },
  async exportKey(_format: string, { key }: SyncKey): Promise<ArrayBuffer> {
    const { x = '', y = '' } = key.export({ format: 'jwk' });
    return copyOf(Buffer.concat([Buffer.of(UNCOMPRESSED), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]));
  },
  async importKey(_format: string, raw: Uint8Array): Promise<SyncKey> {
    return { key: createPublicKey({ key: jwkOf(raw), format: 'jwk' }) };
  },
  async sign(_algorithm: object, { key }: SyncKey, bytes: Uint8Array): Promise<ArrayBuffer> {
    return copyOf(sign('sha256', bytes, { key, dsaEncoding: RAW_SIGNATURE }));
  },
  async verify(_algorithm: object, { key }: SyncKey, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
    return verify('sha256', bytes, { key, dsaEncoding: RAW_SIGNATURE }, signature);
  },
};

/** Stands in for `globalThis.crypto.subtle` where identity.ts is given one: it calls what is here, and as is written here. */
export const syncSubtle: SubtleCrypto = crypto as unknown as SubtleCrypto;

function jwkOf(point: Uint8Array) {
  const at = (from: number) => Buffer.from(point.subarray(from, from + COORDINATE)).toString('base64url');
  return { kty: 'EC', crv: 'P-256', x: at(1), y: at(1 + COORDINATE) };
}

function copyOf(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
