import type { Fact, State } from './state.ts';

/** Facts kept; the oldest are forgotten first. */
const KEPT = 300;

/** Notes when and how something was learned, for whoever asks for a message's details. */
export function noteFacts(facts: State['facts'], keys: readonly string[], fact: Fact): State['facts'] {
  if (keys.length === 0) return facts;
  const next = new Map(facts);
  for (const key of keys) next.set(key, fact);
  for (const oldest of next.keys()) {
    if (next.size <= KEPT) break;
    next.delete(oldest);
  }
  return next;
}
