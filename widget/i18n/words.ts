import type { Key, Language, PlainKey, PluralKey } from './catalogue.ts';

export type Fillings = Readonly<Record<string, string | number>>;

/** Sentences, dates and lists of one language, ready to show. */
export interface Words {
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';
  text(key: PlainKey, fillings?: Fillings): string;
  plural(key: PluralKey, n: number, fillings?: Fillings): string;
  /** "Ada and Bo". Each name is isolated, so that a name in another script does not reorder the sentence. */
  list(names: readonly string[]): string;
  /** "10:42" */
  time(at: number): string;
  /** "Sunday, 22 November 2026 at 10:42" */
  stamp(at: number): string;
  /** "Today", "Yesterday", "Tuesday", "3 March" or "3 March 2024", seen from `now` (ms). */
  day(at: number, now: number): string;
}

const RIGHT_TO_LEFT = /^(?:ar|dv|fa|he|ps|ur|yi)\b/i;
const DAY_MS = 86_400_000;

export function createWords({ locale, catalogue }: Language): Words {
  const plurals = new Intl.PluralRules(locale);
  const count = new Intl.NumberFormat(locale);
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  const times = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
  const stamps = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const date = (at: number, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options).format(at);
  const sentence = (key: Key, n?: number) => {
    const entry = catalogue[key];
    return typeof entry === 'object' ? (entry[plurals.select(n ?? 0)] ?? entry.other) : (entry ?? '');
  };
  return {
    locale,
    dir: RIGHT_TO_LEFT.test(locale) ? 'rtl' : 'ltr',
    text: (key, fillings) => fill(sentence(key), fillings),
    plural: (key, n, fillings) => fill(sentence(key, n), { n: count.format(n), ...fillings }),
    list: (names) => lists.format(names.map(isolate)),
    time: (at) => times.format(at),
    stamp: (at) => stamps.format(at),
    day(at, now) {
      const age = daysBetween(at, now);
      if (age === 0 || age === 1) return capitalise(relative.format(-age, 'day'), locale);
      if (age > 1 && age < 7) return capitalise(date(at, { weekday: 'long' }), locale);
      const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
      return date(at, { day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
    },
  };
}

/** Wraps foreign text in FSI and PDI (UAX 9), so that its direction stays its own. */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}

function fill(sentence: string, fillings: Fillings = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (slot, name: string) => String(fillings[name] ?? slot));
}

/** Midnights of the visitor's time zone between two instants. */
function daysBetween(at: number, now: number): number {
  return Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / DAY_MS);
}

function capitalise(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
