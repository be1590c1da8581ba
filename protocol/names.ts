import { LIMITS } from './limits.ts';

/** Controls, surrogates and bidirectional overrides, which would let a name rewrite what stands beside it. */
const UNSAFE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A display name as it may be shown: NFC, no controls, single spaces, at most 64 characters; undefined if empty. */
export function cleanName(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LIMITS.nameLength * 8) return undefined;
  const name = value.replace(UNSAFE, '').normalize('NFC').replace(/\s+/gu, ' ').trim();
  return [...name].slice(0, LIMITS.nameLength).join('').trimEnd() || undefined;
}
