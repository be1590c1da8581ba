import type { RefusalCode } from './refusals.ts';

/** The outcome of parsing or checking: a value, or a refusal with its code and a sentence for a human. */
export type Result<T> = { readonly ok: true; readonly value: T } | Refused;

export interface Refused {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly message: string;
  /** ms after which what was refused may be tried again; absent where it would be refused again, or nobody knows. */
  readonly retryAfter?: number;
}

export function accept<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refuse(code: RefusalCode, message: string, retryAfter?: number): Refused {
  return { ok: false, code, message, ...(retryAfter === undefined ? {} : { retryAfter }) };
}
