import { isRecord, isText, parseJson } from './json.ts';
import { LIMITS } from './limits.ts';
import { accept, type Result, refuse } from './result.ts';

/** The payload of a `message` entry. */
export interface MessagePayload {
  readonly text: string;
  /** The id of the draft it was composed as, by which its author's client knows it again. */
  readonly draft?: string;
}

export function messagePayload(message: MessagePayload): string {
  return JSON.stringify(message);
}

/** Reads the payload of a `message` entry: some text that is not blank, at most 8,000 UTF-16 code units. */
export function parseMessagePayload(payload: string): Result<MessagePayload> {
  const value = parseJson(payload);
  if (!isRecord(value)) return refuse('malformed', 'a message is an object');
  const text = parseText(value.text);
  if (!text.ok) return text;
  return accept(
    isText(value.draft) && value.draft.length <= 64 ? { text: text.value, draft: value.draft } : { text: text.value },
  );
}

export function parseText(value: unknown): Result<string> {
  if (!isText(value) || value.trim() === '') return refuse('malformed', 'a message has text');
  if (value.length > LIMITS.textLength)
    return refuse('too_large', `a message has at most ${LIMITS.textLength} characters`);
  return accept(value);
}
