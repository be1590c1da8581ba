const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** base64url without padding (RFC 4648, section 5). */
export function bytesToText(bytes: readonly number[]): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff;
    for (held += 8; held >= 6; ) {
      held -= 6;
      text += URL_SAFE[(bits >> held) & 63];
    }
  }
  return held > 0 ? text + URL_SAFE[(bits << (6 - held)) & 63] : text;
}

/** Reads base64url without padding; undefined for all but the one spelling of some bytes. */
export function textToBytes(text: string): number[] | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of text) {
    const value = URL_SAFE.indexOf(digit);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push((bits >> held) & 255);
  }
  const rest = bits & ((1 << held) - 1);
  return held < 6 && rest === 0 ? bytes : undefined;
}
