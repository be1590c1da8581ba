import { en } from './en.ts';
import type { enCodes } from './en-codes.ts';
import type { enExtras } from './en-extras.ts';
import type { enModeration } from './en-moderation.ts';

/** Forms of a sentence by plural category (CLDR); `other` is always there. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

type Sentences = typeof en & typeof enExtras & typeof enCodes & typeof enModeration;
export type Key = keyof Sentences;
export type PluralKey = { [K in Key]: Sentences[K] extends string ? never : K }[Key];
export type PlainKey = Exclude<Key, PluralKey>;

/** One language: the same keys as English, each sentence a text or its plural forms. */
export type Catalogue = { readonly [K in Key]: K extends PluralKey ? Plural : string };

/** Languages but English, each a chunk of its own that is fetched when first asked for. */
export const LANGUAGES: Readonly<Record<string, () => Promise<Catalogue>>> = {
  es: async () => (await import('./es.ts')).es,
  fr: async () => (await import('./fr.ts')).fr,
  de: async () => (await import('./de.ts')).de,
  pt: async () => (await import('./pt.ts')).pt,
  ar: async () => (await import('./ar.ts')).ar,
  zh: async () => (await import('./zh.ts')).zh,
  ja: async () => (await import('./ja.ts')).ja,
};

export interface Language {
  /** A BCP 47 tag for `Intl` and `lang`: the one asked for where it is spoken, else `en`. */
  readonly locale: string;
  /** Of English, what is not needed at first comes later, with the rest of the panel. */
  readonly catalogue: Partial<Catalogue>;
}

export const ENGLISH: Language = { locale: 'en', catalogue: en };

/** True where `language()` can answer without fetching anything. */
export function isBuiltIn(locale: string): boolean {
  return !Object.hasOwn(LANGUAGES, primary(locale));
}

/** The language for a locale; English where it isn't spoken or can't be fetched. */
export async function fetchLanguage(locale: string): Promise<Language> {
  const tag = primary(locale);
  const load = Object.hasOwn(LANGUAGES, tag) ? LANGUAGES[tag] : undefined;
  if (!load) return builtIn(locale);
  try {
    return { locale, catalogue: await load() };
  } catch {
    return ENGLISH; // offline or an old cache: an English chat is better than none
  }
}

/** English in the variety asked for (`en-GB` has its own dates), or plain English. */
export function builtIn(locale: string): Language {
  return primary(locale) === 'en' && canonical(locale) ? { locale, catalogue: en } : ENGLISH;
}

function primary(locale: string): string {
  return locale.toLowerCase().split('-', 1)[0] ?? '';
}

function canonical(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length > 0;
  } catch {
    return false; // RangeError: not a language tag
  }
}
