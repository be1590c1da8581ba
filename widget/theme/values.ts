const HEX = /^#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i;
const FUNCTION = /^(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\([\d\s.,%/+\-a-z]{5,60}\)$/i;
const NAME = /^[a-z]{3,24}$/i;
/** Names that stand for another value: they would take their colour from the page or from nowhere. */
const NOT_A_COLOUR = /^(?:inherit|initial|unset|revert|transparent|currentcolor)$/i;
const FONT_LIST = /^(?=.*[\p{L}])[\p{L}\p{N} ,"'_-]{2,200}$/u;

/** A plain opaque-syntax colour: hex, a name, or one function of numbers. Nothing that nests, refers or fetches. */
export function isColour(value: string): boolean {
  if (NOT_A_COLOUR.test(value)) return false;
  if (!HEX.test(value) && !FUNCTION.test(value) && !NAME.test(value)) return false;
  return globalThis.CSS?.supports?.('color', value) ?? true;
}

/** A list of font family names: letters, digits, spaces, quotes and commas, so no function and no second property. */
export function isFontList(value: string): boolean {
  if (!FONT_LIST.test(value)) return false;
  return globalThis.CSS?.supports?.('font-family', value) ?? true;
}
