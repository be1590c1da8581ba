/** Tints an avatar can have; the sheet gives each its hue. */
export const TINTS = 8;

/** The same tint for the same user everywhere: FNV-1a (32 bits) of the id. */
export function tintOf(user: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < user.length; i += 1) hash = Math.imul(hash ^ user.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % TINTS;
}

/** One or two letters for a name: first and last word's first, or the first character of scripts without spaces. */
export function initialsOf(name: string, graphemes: Intl.Segmenter): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const first = (word: string | undefined) => (word ? ([...graphemes.segment(word)][0]?.segment ?? '') : '');
  const initials = words.length > 1 ? first(words[0]) + first(words.at(-1)) : first(words[0] ?? name);
  return initials.toLocaleUpperCase();
}
