/**
 * Hex, a name, or one function of numbers. Names that stand for another value would take their colour from the page
 * or from nowhere; other functions refer, nest or fetch.
 */
const COLOUR =
  /^(?:#[\da-f]{3,8}|(?!inherit|initial|unset|revert|transparent|currentcolor)[a-z]+|(?:rgb|hsl|hwb|(?:ok)?l(?:ab|ch))a?\([\w\s.,%/+-]+\))$/i;
const FONT_LIST = /^[\p{L}\p{N} ,"'_-]{2,200}$/u;

/** A colour that says itself what it is: it can't refer to anything and fetches nothing. */
export function isColour(value: string): boolean {
  return COLOUR.test(value) && supports('color', value);
}

/** A list of font family names: letters, digits, spaces, quotes and commas, so no function and no second property. */
export function isFontList(value: string): boolean {
  return FONT_LIST.test(value) && supports('font-family', value);
}

/** Where there is no CSS to ask, as on a server, the shape alone decides. */
function supports(property: string, value: string): boolean {
  return globalThis.CSS?.supports(property, value) ?? true;
}
