import type { Language, PluralKey } from './catalogue.ts';
import { createWords, type Fillings, fill, type Words } from './words.ts';

/** Sentences, dates and lists of one language, ready to show. */
export interface FullWords extends Words {
  plural(key: PluralKey, n: number, fillings?: Fillings): string;
  /** "Ada and Bo". Each name is isolated, so that a name in another script does not reorder the sentence. */
  list(names: readonly string[]): string;
  /** "10 minutes", "10 sec": so many of a unit. */
  length(n: number, unit: 'second' | 'minute' | 'hour' | 'day', display?: 'long' | 'short'): string;
  /** "1,234" */
  count(n: number): string;
  /** "5 minutes ago", "yesterday": how long before `now` (ms), in the largest unit that says it. */
  ago(at: number, now: number): string;
  /** "Sunday, 22 November 2026 at 10:42" */
  stamp(at: number): string;
}

/** Less than a minute is said as one. */
const UNITS = [
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 604_800_000],
  ['month', 2_592_000_000],
  ['year', 31_536_000_000],
] as const;

export function createFullWords(language: Language): FullWords {
  const { locale, catalogue } = language;
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const count = (n: number) => numbers.format(n);
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  const stamps = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });
  return {
    ...createWords(language),
    plural(key, n, fillings) {
      const forms = catalogue[key];
      return fill(forms?.[plurals.select(n)] ?? forms?.other ?? '', { n: count(n), ...fillings });
    },
    list: (names) => lists.format(names.map(isolate)),
    count,
    length: (n, unit, unitDisplay = 'long') =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay }).format(n),
    ago(at, now) {
      const [unit, ms] = UNITS.findLast(([, size]) => now - at >= size) ?? UNITS[0];
      return relative.format(-Math.max(1, Math.floor((now - at) / ms)), unit);
    },
    stamp: (at) => stamps.format(at),
  };
}

/** Wraps foreign text in FSI and PDI (UAX 9), so that its direction stays its own. */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}
