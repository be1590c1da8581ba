import { encode } from 'uqr';

/** Modules that stay light around the code (ISO/IEC 18004: four). */
const QUIET = 4;

/** A text's QR code (error correction M): an SVG path of its dark modules in a square of so many modules. */
export function qrOf(text: string): { readonly path: string; readonly size: number } {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET });
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return { path, size };
}
