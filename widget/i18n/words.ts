import type { Language, PlainKey } from './catalogue.ts';

export type Fillings = Readonly<Record<string, string | number>>;

/** What the panel's first look says in one language, ready to show; full-words.ts has the rest. */
export interface Words {
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';
  text(key: PlainKey, fillings?: Fillings): string;
  /** "10:42" */
  time(at: number): string;
  /** "Today", "Yesterday", "Tuesday", "3 March" or "3 March 2024", seen from `now` (ms). */
  day(at: number, now: number): string;
}

const RIGHT_TO_LEFT = /^(?:ar|dv|fa|he|ps|ur|yi)\b/i;
const DAY_MS = 86_400_000;

export function createWords({ locale, catalogue }: Language): Words {
  const times = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const date = (at: number, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options).format(at);
  return {
    locale,
    dir: RIGHT_TO_LEFT.test(locale) ? 'rtl' : 'ltr',
    text: (key, fillings) => fill(catalogue[key] ?? '', fillings),
    time: (at) => times.format(at),
    day(at, now) {
      const age = daysBetween(at, now);
      if (age === 0 || age === 1) return capitalise(relative.format(-age, 'day'), locale);
      if (age > 1 && age < 7) return capitalise(date(at, { weekday: 'long' }), locale);
      const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
      return date(at, { day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
    },
  };
}

/** Puts what they stand for in the place of `{name}` and the like. */
export function fill(sentence: string, fillings: Fillings = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (slot, name: string) => String(fillings[name] ?? slot));
}

/** Midnights of the visitor's time zone between two instants. */
function daysBetween(at: number, now: number): number {
  return Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / DAY_MS);
}

function capitalise(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
