import { createECDH, createPrivateKey, hkdfSync, type KeyObject, verify } from 'node:crypto';
import type { ReplicaId, RoomName } from '../../protocol/ids.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import { proofText } from '../../protocol/seal.ts';
import { readKey, replicaId } from './keys.ts';

export interface Proof {
  readonly room: RoomName;
  readonly nonce: string;
  readonly clientId: string;
  /** base64url of the raw point. */
  readonly key: string;
  /** base64url of the signature, IEEE P1363. */
  readonly proof: string;
}

/** The replica of a member without a key, whose entries the relay makes and signs. */
export interface HostedReplica {
  readonly replica: ReplicaId;
  /** base64url of the raw public key. */
  readonly key: string;
  /** Made when it is first asked for: most who sit in a room say nothing, and a key of OpenSSL's takes kilobytes. */
  privateKey(): KeyObject;
}

/**
 * Checks that whoever joins holds the private key, over this room, handshake and session. The key is not kept: most who
 * join say nothing, and a key of OpenSSL's takes kilobytes.
 */
export function verifyProof({ room, nonce, clientId, key, proof }: Proof): Result<ReplicaId> {
  const known = readKey(key);
  if (!known) return refuse('bad_proof', 'the key is not a P-256 point');
  const signed = Buffer.from(proofText(room, nonce, clientId), 'utf8');
  const signature = Buffer.from(proof, 'base64url');
  return verify('sha256', signed, { key: known.key, dsaEncoding: 'ieee-p1363' }, signature)
    ? accept(known.replica)
    : refuse('bad_proof', 'the proof does not fit the key, the room and this session');
}

/** P-256, by the name that OpenSSL has for it. */
const CURVE = 'prime256v1';
const SCALAR_BYTES = 32;

/** One more than the largest scalar of the curve: its order (SEC 2, section 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** Bytes from which a scalar is taken: 128 bits more than it has, so that none is likelier than others (FIPS 186-5, A.2.1). */
const SEED_BYTES = SCALAR_BYTES + 16;

/** A scalar that whoever has both secrets finds again: the same replica in a client's next session. */
export function hostedScalar(relaySecret: string, room: RoomName, clientSecret: string): Buffer {
  const info = `natter/1 hosted ${clientSecret} ${room}`;
  const seed = Buffer.from(hkdfSync('sha256', relaySecret, '', info, SEED_BYTES));
  const scalar = (BigInt(`0x${seed.toString('hex')}`) % (ORDER - 1n)) + 1n;
  return Buffer.from(scalar.toString(16).padStart(SCALAR_BYTES * 2, '0'), 'hex');
}

/**
 * A key pair for a member who has none, fresh or of a given scalar. It lives as long as the membership and is kept nowhere.
 *
 * Not by `generateKeyPairSync`: what made a key takes the key's lock when it is collected as garbage, and exporting the key
 * as JWK holds that lock while it allocates. A collection just then stops the process for good (seen with Node 20.20).
 */
export function hostReplica(scalar?: Buffer): HostedReplica {
  const pair = createECDH(CURVE);
  if (scalar) pair.setPrivateKey(scalar);
  const point = scalar ? pair.getPublicKey() : pair.generateKeys();
  const secret = pair.getPrivateKey();
  const d = Buffer.concat([Buffer.alloc(SCALAR_BYTES - secret.length), secret]).toString('base64url');
  const [x, y] = [point.toString('base64url', 1, 33), point.toString('base64url', 33)];
  let made: KeyObject | undefined;
  return {
    replica: replicaId(point),
    key: point.toString('base64url'),
    privateKey: () => (made ??= createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d }, format: 'jwk' })),
  };
}
