import { createECDH, createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';

/** P-256: its name in OpenSSL, its order (SEC 2, 2.4.2) and the bytes of a scalar. */
const CURVE = 'prime256v1';
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SCALAR_BYTES = 32;
/** 64 bits more than the order has: what is left over by the division is then as good as evenly spread. */
const SEED_BYTES = 40;

/** The key with which a relay signs certificates, made of its secret: relays with one secret have one key. */
export class RelayKey {
  /** base64url of the raw public key (uncompressed point). */
  readonly publicKey: string;
  /** What it was made of. */
  readonly secret: string;
  private readonly own: KeyObject;
  private readonly known: KeyObject;

  /** @param secret what session ids are signed with, too; each has its own use of it */
  constructor(secret: string) {
    const seed = Buffer.from(hkdfSync('sha256', secret, '', 'natter/certificates', SEED_BYTES)).toString('hex');
    const scalar = (BigInt(`0x${seed}`) % (ORDER - 1n)) + 1n;
    const bytes = Buffer.from(scalar.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex');
    const pair = createECDH(CURVE);
    pair.setPrivateKey(bytes);
    const point = pair.getPublicKey();
    const [x, y] = [point.toString('base64url', 1, 33), point.toString('base64url', 33)];
    const jwk = { kty: 'EC', crv: 'P-256', x, y };
    this.publicKey = point.toString('base64url');
    this.secret = secret;
    this.own = createPrivateKey({ key: { ...jwk, d: bytes.toString('base64url') }, format: 'jwk' });
    this.known = createPublicKey({ key: jwk, format: 'jwk' });
  }

  // At once, not in libuv's pool: a certificate is signed, or seen for the first time, once in many minutes.

  /** base64url signature (P-256, SHA-256, IEEE P1363). */
  sign(text: string): string {
    return sign('sha256', Buffer.from(text), { key: this.own, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  }

  verifies(text: string, sig: string): boolean {
    const signature = Buffer.from(sig, 'base64url');
    return verify('sha256', Buffer.from(text), { key: this.known, dsaEncoding: 'ieee-p1363' }, signature);
  }
}
