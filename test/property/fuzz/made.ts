import fc from 'fast-check';
import { isRefusalCode } from '../../../protocol/refusals.ts';

export const json = fc.jsonValue({ maxDepth: 3 });
/** Objects that have the fields that a parser looks for, with whatever in them. */
export const objects = (...names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names, '__proto__', 'constructor'), json, { maxKeys: 6 });
export const written = (values: fc.Arbitrary<unknown>) => values.map((value) => JSON.stringify(value) ?? 'null');
/** Texts as a language with UTF-16 strings can hold them, halves of characters among them. */
export const units = fc.array(fc.oneof(fc.nat(0xff), fc.integer({ min: 0xd700, max: 0xe100 }), fc.nat(0xffff)), {
  maxLength: 60,
});
export const texts = fc.oneof(
  units.map((codes) => String.fromCharCode(...codes)),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);

/** A value, or a refusal with a code of the list and a sentence. */
export function expectRead(result: {
  readonly ok: boolean;
  readonly code?: unknown;
  readonly message?: unknown;
}): void {
  if (result.ok) return;
  if (!isRefusalCode(result.code)) throw new Error(`no code: ${JSON.stringify(result)}`);
  if (typeof result.message !== 'string' || result.message === '') throw new Error('no sentence');
}
