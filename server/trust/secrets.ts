import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A random text of `bytes` bytes, base64url. */
export function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** Compares in a time that tells neither where the texts differ nor how long the secret is. */
export function sameSecret(secret: string, guess: unknown): boolean {
  return typeof guess === 'string' && timingSafeEqual(digest(secret), digest(guess));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
