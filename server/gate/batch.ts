import { isShallow, parseJson } from '../../protocol/json.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type Refused, refuse } from '../../protocol/result.ts';
import { type Echo, type Message, parseMessage, type RefusedMessage } from './message.ts';

/** A payload's messages, in order; some may each be refused. Or the payload as a whole is, and none is acted on. */
export type Batch =
  | { readonly ok: true; readonly messages: readonly (Message | RefusedMessage)[] }
  | { readonly ok: false; readonly refusal: Refused; readonly echo: Echo };

/** Reads a Bayeux payload: at most 32 messages, none of them of a shape that no client writes. */
export function parseBatch(text: string): Batch {
  if (!isShallow(text, LIMITS.depth)) return refusedBatch(refuse('too_deep', 'nested too deep'));
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return refusedBatch(refuse('malformed', 'not a Bayeux payload'));
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > LIMITS.batch) {
    return refusedBatch(refuse('batch_too_long', `at most ${LIMITS.batch} messages at a time`));
  }
  const messages = list.map(parseMessage);
  const broken = messages.find((message) => message.type === 'refused' && message.refusal.code === 'malformed');
  return broken?.type === 'refused' ? refusedBatch(broken.refusal, broken.echo) : { ok: true, messages };
}

function refusedBatch(refusal: Refused, echo: Echo = {}): Batch {
  return { ok: false, refusal, echo };
}
