export const THEME_ATTRIBUTES = ['theme', 'accent', 'radius', 'density', 'font'] as const;

/** An element's settings: the tag's `data-…` names. (The title stays `data-title`, as browsers show `title` themselves.) */
export const ATTRIBUTES = [
  ...THEME_ATTRIBUTES,
  'room',
  'position',
  'lang',
  'mode',
  'p2p',
  'encrypt',
  'profile',
  'relay',
  'token',
  'data-title',
] as const;

/** Settings as script, by the tag's `data-…` names in camel case. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** Writes settings into an element's attributes. */
export function writeSettings(element: Element, settings: Settings): void {
  for (const name of ATTRIBUTES) {
    const value = settings[name.replace('data-', '')];
    if (value !== undefined) element.setAttribute(name, value);
  }
}
