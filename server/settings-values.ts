import { type IceServer, isIceServer } from '../protocol/join.ts';
import { parseJson } from '../protocol/json.ts';
import type { Limit } from './limits/rate.ts';

/** What came of reading one setting. `expected` goes on a sentence that begins with the setting's name. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly expected: string };
export type Reader<T> = (value: string) => Read<T>;

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
/** Shorter than this a token could be guessed. */
const SECRET_LENGTH = 16;

export const text: Reader<string> = (value) => (value.trim() === '' ? no('must not be blank') : yes(value.trim()));

/** As it stands, with the blanks around it: to others they are part of a key. */
export const verbatim: Reader<string> = (value) => (value.trim() === '' ? no('must not be blank') : yes(value));

/** A whole number from 0 to `most`. */
export function count(most: number): Reader<number> {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number <= most ? yes(number) : no(`must be a whole number from 0 to ${most}`);
  };
}

export function oneOf<const Word extends string>(...words: readonly Word[]): Reader<Word> {
  return (value) => {
    const word = words.find((candidate) => candidate === value);
    return word === undefined ? no(`must be one of ${words.join(', ')}`) : yes(word);
  };
}

export const onOff: Reader<boolean> = (value) =>
  value === 'on' ? yes(true) : value === 'off' ? yes(false) : no('must be on or off');

/** A time as `90s`, `5m`, `12h`, `7d`; ms. */
export const duration: Reader<number> = (value) => withUnit(value, MS) ?? no('must be a time such as 90s, 12h or 7d');

/** A size as `512KiB`, `4MiB`, `1GiB`; bytes. */
export const bytes: Reader<number> = (value) => withUnit(value, BYTES) ?? no('must be a size such as 512KiB or 4MiB');

/** An origin alone, with or without a slash at its end. */
export const url: Reader<string> = (value) => {
  const origin = httpUrl(value)?.origin;
  return origin !== undefined && value.replace(/\/$/, '') === origin
    ? yes(origin)
    : no('must be an origin such as https://chat.example.com');
};

/** The address of a Redis, with a password if it needs one. */
export const redisUrl: Reader<string> = (value) =>
  URL.canParse(value) && /^rediss?:$/.test(new URL(value).protocol)
    ? yes(value)
    : no('must be an address such as redis://localhost:6379');

/** A rate as `10/s+600` (600 at once, 10 a second in the long run; also `/m` and `/h`), or `off`. */
export const limit: Reader<Limit> = (value) => {
  if (value === 'off' || value === '0') return yes('off');
  const [, count = '', unit = '', burst = count] = /^(\d{1,6})\/(s|m|h)(?:\+(\d{1,7}))?$/.exec(value) ?? [];
  const scale = Object.hasOwn(MS, unit) ? MS[unit as keyof typeof MS] : Number.NaN;
  const rate = { perSecond: (Number(count) * 1000) / scale, burst: Number(burst) };
  return rate.perSecond > 0 && rate.burst > 0 ? yes(rate) : no('must be a rate such as 10/s+600, or off');
};

/** Comma-separated origins as a browser writes them, or `loopback`. */
export const origins: Reader<readonly string[]> = (value) => {
  const list = value.split(',').map((origin) => origin.trim());
  const bad = list.find((origin) => origin !== 'loopback' && httpUrl(origin)?.origin !== origin);
  if (bad !== undefined) return no('must list origins such as https://example.com, or loopback');
  return yes(list);
};

export const iceServers: Reader<readonly IceServer[]> = (value) => {
  const list = parseJson(value);
  return Array.isArray(list) && list.every(isIceServer)
    ? yes(list)
    : no('must be a JSON list of servers such as [{"urls": "stun:stun.example.com"}]');
};

export const secret: Reader<string> = (value) =>
  value.length >= SECRET_LENGTH ? yes(value) : no(`must have ${SECRET_LENGTH} characters or more`);

function withUnit(value: string, units: Readonly<Record<string, number>>): Read<number> | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,9})\s?([A-Za-z]{1,3})$/.exec(value) ?? [];
  const scale = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return scale === undefined ? undefined : yes(Number(digits) * scale);
}

function httpUrl(value: string): URL | undefined {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed : undefined;
}

function yes<T>(value: T): Read<T> {
  return { ok: true, value };
}

function no(expected: string): Read<never> {
  return { ok: false, expected };
}
