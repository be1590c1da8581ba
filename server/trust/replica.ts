import { createECDH, createHash, createPublicKey, verify } from 'node:crypto';
import type { ReplicaId, RoomName } from '../../protocol/ids.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import { proofText } from '../../protocol/seal.ts';

/** A replica's public key: an uncompressed P-256 point, 0x04 then two 32-byte coordinates. */
const POINT_BYTES = 65;

export interface Proof {
  readonly room: RoomName;
  readonly nonce: string;
  readonly clientId: string;
  /** base64url of the raw point. */
  readonly key: string;
  /** base64url of the signature, IEEE P1363. */
  readonly proof: string;
}

/** The id of a replica from its raw public key: base64url of the first 128 bits of the key's SHA-256. */
export function replicaId(point: Buffer): ReplicaId {
  return createHash('sha256').update(point).digest().subarray(0, 16).toString('base64url') as ReplicaId;
}

/** Checks that whoever joins holds the private key, over this room, handshake and session. */
export function verifyProof({ room, nonce, clientId, key, proof }: Proof): Result<ReplicaId> {
  const point = Buffer.from(key, 'base64url');
  if (point.length !== POINT_BYTES || point[0] !== 4) return refuse('bad_proof', 'the key is not a P-256 point');
  const signed = Buffer.from(proofText(room, nonce, clientId), 'utf8');
  return holds(point, signed, Buffer.from(proof, 'base64url'))
    ? accept(replicaId(point))
    : refuse('bad_proof', 'the proof does not fit the key, the room and this session');
}

/** A fresh replica for a member who has no key: nothing is signed with it until entries carry signatures. */
export function hostReplica(): ReplicaId {
  return replicaId(createECDH('prime256v1').generateKeys());
}

function holds(point: Buffer, signed: Buffer, signature: Buffer): boolean {
  const x = point.subarray(1, 33).toString('base64url');
  const y = point.subarray(33).toString('base64url');
  try {
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false; // OpenSSL throws for a point that is not on the curve
  }
}
