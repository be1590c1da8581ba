import { type Refused, refuse } from '../../protocol/result.ts';
import type { InDoubt } from '../rooms/publication.ts';
import { whyNot } from './connection.ts';

/** ms after which a sender may try again. */
const RETRY_AFTER_MS = 1_000;
/** What operators hear of, by what Redis says. */
const REASONS: Readonly<Record<string, string>> = {
  OOM: 'the log is full',
  READONLY: 'the log can only be read',
  NOREPLICAS: 'the log can only be read',
  MISCONF: 'the log can not be stored',
};

/**
 * Why an entry was not taken: it is not acknowledged, and its sender keeps it. If Redis was asked and has not said why
 * not, it may have taken it.
 */
export function unavailable(error: unknown, wasAsked: boolean): (Refused | InDoubt) & { readonly retryAfter: number } {
  const reason = whyNot(error);
  const message = REASONS[reason ?? ''] ?? 'the log is away';
  const refusal = { ...refuse('overloaded', message), retryAfter: RETRY_AFTER_MS };
  return wasAsked && reason === undefined ? { ...refusal, inDoubt: true } : refusal;
}
