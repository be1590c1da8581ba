import type { Language, PluralKey } from './catalogue.ts';
import { createWords, type Fillings, fill, type Words } from './words.ts';

/** Sentences, dates and lists of one language, ready to show. */
export interface FullWords extends Words {
  plural(key: PluralKey, n: number, fillings?: Fillings): string;
  /** "Ada and Bo". Each name is isolated, so that a name in another script does not reorder the sentence. */
  list(names: readonly string[]): string;
  /** "Sunday, 22 November 2026 at 10:42" */
  stamp(at: number): string;
}

export function createFullWords(language: Language): FullWords {
  const { locale, catalogue } = language;
  const plurals = new Intl.PluralRules(locale);
  const count = new Intl.NumberFormat(locale);
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  const stamps = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });
  return {
    ...createWords(language),
    plural(key, n, fillings) {
      const forms = catalogue[key];
      return fill(forms?.[plurals.select(n)] ?? forms?.other ?? '', { n: count.format(n), ...fillings });
    },
    list: (names) => lists.format(names.map(isolate)),
    stamp: (at) => stamps.format(at),
  };
}

/** Wraps foreign text in FSI and PDI (UAX 9), so that its direction stays its own. */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}
