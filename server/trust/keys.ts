import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { ReplicaId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Recent } from './recent.ts';

/** A replica's public key, ready to verify with. */
export interface PublicKey {
  readonly replica: ReplicaId;
  readonly key: KeyObject;
}

/** An uncompressed P-256 point: 0x04, then two 32-byte coordinates. */
const POINT_BYTES = 65;
/** Keys that are kept at most. Importing one costs as much as verifying. */
const KEPT = 16_384;

/** The id of a replica from its raw public key: base64url of the first 128 bits of the key's SHA-256. */
export function replicaId(point: Buffer): ReplicaId {
  return createHash('sha256').update(point).digest().subarray(0, 16).toString('base64url') as ReplicaId;
}

/** Public keys by their base64url spelling, each imported once while it is in use. */
export class PublicKeys {
  private readonly recent: Recent<PublicKey>;

  /** @param most keys that are kept */
  constructor(now: () => number, most: number = KEPT) {
    this.recent = new Recent({ most, idle: LIMITS.certificateLife, now });
  }

  /** Undefined for what is not the one spelling of a point of the curve. */
  read(spelling: string): PublicKey | undefined {
    return this.recent.read(spelling, () => readKey(spelling));
  }
}

/** A public key that is used once, and not kept. Undefined for what is not the one spelling of a point of the curve. */
export function readKey(spelling: string): PublicKey | undefined {
  const point = Buffer.from(spelling, 'base64url');
  if (point.length !== POINT_BYTES || point[0] !== 4 || point.toString('base64url') !== spelling) return undefined;
  const x = point.subarray(1, 33).toString('base64url');
  const y = point.subarray(33).toString('base64url');
  try {
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    return { replica: replicaId(point), key };
  } catch {
    return undefined; // OpenSSL throws for a point that is not on the curve
  }
}
