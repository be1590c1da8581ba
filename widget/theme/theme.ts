import { isPresetName, type PresetName, SCHEMES } from './presets.ts';
import { isColour, isFontList } from './values.ts';

export type Radius = keyof typeof RADII;
export type Density = keyof typeof DENSITIES;

/** A site owner's few choices; everything else of the look is derived from them. */
export interface ThemeChoice {
  readonly preset: PresetName;
  readonly accent?: string;
  readonly radius?: Radius;
  readonly density?: Density;
  readonly font?: string;
}

/** What a choice may be written in: an element's attributes, a script's `dataset`, or `setTheme`'s JSON. */
export type ThemeAttributes = Readonly<Record<string, unknown>>;

const RADII = { sharp: '0px', soft: '10px', round: '16px', pill: '24px' } as const;
const DENSITIES = { compact: '3px', normal: '4px', spacious: '5px' } as const;

/** Reads `theme`, `accent`, `radius`, `density` and `font`. What can't be read is left at its default. */
export function parseTheme(attributes: ThemeAttributes): ThemeChoice {
  const read = (name: string) => {
    const value = attributes[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const preset = read('theme');
  const accent = read('accent');
  const radius = read('radius');
  const density = read('density');
  const font = read('font');
  return {
    preset: isPresetName(preset) ? preset : 'auto',
    ...(isColour(accent) ? { accent } : {}),
    ...(isOneOf(RADII, radius) ? { radius } : {}),
    ...(isOneOf(DENSITIES, density) ? { density } : {}),
    ...(isFontList(font) ? { font } : {}),
  };
}

/** The one rule a choice comes to. Pages override it: `--natter-*` set on the element or above it wins. */
export function themeCss(choice: ThemeChoice): string {
  const picks: Record<string, string | undefined> = {
    accent: choice.accent,
    radius: choice.radius && RADII[choice.radius],
    spacing: choice.density && DENSITIES[choice.density],
    font: choice.font,
  };
  const rules = Object.entries(picks).map(([token, value]) => (value ? `--_pick-${token}:${value};` : ''));
  return `:host{--_scheme:${SCHEMES[choice.preset]};${rules.join('')}}`;
}

const sheets = new WeakMap<HTMLElement, CSSStyleSheet>();

/** Restyles a host that has its open shadow root, at once. Call again after each change of a choice. */
export function applyTheme(host: HTMLElement, theme: ThemeChoice): void {
  const root = host.shadowRoot;
  if (!root) return;
  const sheet = sheets.get(host) ?? new CSSStyleSheet();
  sheet.replaceSync(themeCss(theme));
  if (sheets.has(host)) return;
  sheets.set(host, sheet);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

function isOneOf<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}
