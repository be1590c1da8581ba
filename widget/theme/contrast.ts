/**
 * White where white text on `colour` has 4.5:1 or more, else black (which then has 4.67:1 or more).
 * The threshold is the luminance at which white has just 4.5:1: 1.05 / 4.5 - 0.05 (WCAG 2.2, relative luminance);
 * Y of XYZ is that luminance. Computed by the browser, so it follows a colour set from outside at any time.
 */
export function readableOn(colour: string): string {
  const white = '(.183 - y)*1e6';
  return `color(from ${colour} xyz-d65 clamp(0,${white},.9505) clamp(0,${white},1) clamp(0,${white},1.089))`;
}
