import { isRecord, isText } from './json.ts';
import { type Body, parseBody } from './payloads.ts';
import { accept, type Result, refuse } from './result.ts';

/** What a member without a key says; the relay numbers and signs an entry of it. */
export interface Plain {
  readonly body: Body;
  /** Names it over retries: the relay makes one entry of all that a replica says under one name. */
  readonly draft: string | undefined;
}

const SAYABLE: readonly unknown[] = ['message', 'edit', 'delete', 'reaction'];
/** The ids that our clients give to what is composed. */
const DRAFT = /^[\x20-\x7e]{1,100}$/;

/** Whether a publication is of this kind: it has no frame's version, and a text or another body's kind. */
export function isPlain(value: unknown): boolean {
  return isRecord(value) && value.v === undefined && (value.text !== undefined || value.kind !== undefined);
}

/** Reads `{text}`, or the fields of another body with its `kind`; `draft` where it may come again. */
export function parsePlain(value: unknown): Result<Plain> {
  if (!isRecord(value)) return refuse('malformed', 'what is said is an object');
  const { kind = 'message', draft, ...fields } = value;
  if (!isText(kind) || !SAYABLE.includes(kind)) return refuse('malformed', 'the relay makes no entry of that kind');
  if (draft !== undefined && !(isText(draft) && DRAFT.test(draft)))
    return refuse('malformed', 'a draft is a short text');
  const body = parseBody(kind, JSON.stringify({ ...fields, draft }));
  if (!body.ok) return body;
  return body.value
    ? accept({ body: body.value, draft })
    : refuse('malformed', 'the relay makes no entry of that kind');
}
