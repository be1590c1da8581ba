import type { BaseToken } from './tokens.ts';

/** A theme's starting point: which of the browser's colour schemes it lives in, and base tokens it sets itself. */
export interface Preset {
  /** A value of CSS `color-scheme`; `light dark` follows the visitor's system. */
  readonly scheme: 'light' | 'dark' | 'light dark';
  readonly tokens: Readonly<Partial<Record<BaseToken, string>>>;
}

export const PRESETS = {
  auto: { scheme: 'light dark', tokens: {} },
  light: { scheme: 'light', tokens: {} },
  dark: { scheme: 'dark', tokens: {} },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof PRESETS;

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}
