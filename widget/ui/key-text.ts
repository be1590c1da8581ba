import { textToBytes } from '../../protocol/base64.ts';

/** A guest's id as people compare it: 128 bits of the hash of their key, as hex in groups of four. Empty for others. */
export function keyText(user: string): string {
  const bytes = textToBytes(user.replace(/^g-/, '').slice(0, 22)) ?? [];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/.{4}(?=.)/g, '$& ');
}
