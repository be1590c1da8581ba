/** Where a theme starts: the value of CSS `color-scheme` that it lives in. `light dark` follows the visitor's system. */
export const SCHEMES = { auto: 'light dark', light: 'light', dark: 'dark' } as const;

export type PresetName = keyof typeof SCHEMES;

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(SCHEMES, name);
}
