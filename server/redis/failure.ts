import { type Refused, refuse } from '../../protocol/result.ts';
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

/** Why an entry was not taken: it is not acknowledged, and its sender keeps it. */
export function unavailable(error: unknown): Refused & { readonly retryAfter: number } {
  const message = REASONS[whyNot(error) ?? ''] ?? 'the log is away';
  return { ...refuse('overloaded', message), retryAfter: RETRY_AFTER_MS };
}
