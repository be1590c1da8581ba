import { type EntryId, isEntryId } from './ids.ts';
import { isRecord, isText, parseJson } from './json.ts';
import { LIMITS } from './limits.ts';
import { type Act, parseAct } from './moderation.ts';
import { accept, type Result, refuse } from './result.ts';

/** What an entry says, by its kind. */
export type Body =
  /** `draft`: the id it was composed under, by which its author's client knows it again. */
  | { readonly kind: 'message'; readonly text: string; readonly draft?: string }
  /** Another text for a message of the same author. */
  | { readonly kind: 'edit'; readonly target: EntryId; readonly text: string }
  /** `twin`: the target says again what this entry says, and is shown nowhere. */
  | { readonly kind: 'delete'; readonly target: EntryId; readonly twin?: EntryId }
  /** `on` false takes it back. */
  | { readonly kind: 'reaction'; readonly target: EntryId; readonly emoji: string; readonly on: boolean }
  /** Of a moderator alone. */
  | { readonly kind: 'moderation'; readonly act: Act }
  /** Stands where an entry was refused, so that its author's numbers have no gap. */
  | { readonly kind: 'void' };

/** The exact text that is hashed and signed. */
export function payloadOf({ kind: _kind, ...fields }: Body): string {
  return JSON.stringify(fields);
}

/**
 * Reads what an entry says. Undefined for a kind of a newer version: it is kept and passed on, and not shown. A text is
 * not blank and has at most 8,000 UTF-16 code units.
 */
export function parseBody(kind: string, payload: string): Result<Body | undefined> {
  const value = parseJson(payload);
  if (!isRecord(value)) return refuse('malformed', 'a payload is an object');
  const { target, twin, emoji, on, draft } = value;
  switch (kind) {
    case 'void':
      return accept({ kind });
    case 'message': {
      const text = parseText(value.text);
      if (!text.ok) return text;
      return accept({ kind, text: text.value, ...(isText(draft) && draft.length <= 64 ? { draft } : {}) });
    }
    case 'edit': {
      const text = parseText(value.text);
      if (!text.ok) return text;
      return isEntryId(target) ? accept({ kind, target, text: text.value }) : noTarget();
    }
    case 'delete':
      return isEntryId(target) ? accept({ kind, target, ...(isEntryId(twin) ? { twin } : {}) }) : noTarget();
    case 'reaction':
      if (!isEmoji(emoji) || typeof on !== 'boolean') return refuse('malformed', 'a reaction is an emoji, on or off');
      return isEntryId(target) ? accept({ kind, target, emoji, on }) : noTarget();
    case 'moderation': {
      const act = parseAct(value.act);
      return act.ok ? accept({ kind, act: act.value }) : act;
    }
    default:
      return accept(undefined);
  }
}

export function parseText(value: unknown): Result<string> {
  if (!isText(value) || value.trim() === '') return refuse('malformed', 'a message has text');
  if (value.length > LIMITS.textLength)
    return refuse('too_large', `a message has at most ${LIMITS.textLength} characters`);
  return accept(value);
}

/** One emoji, as far as its length and the absence of plain text tell: sequences with joiners take many code units. */
function isEmoji(value: unknown): value is string {
  return (
    isText(value) &&
    value.length <= LIMITS.emojiLength &&
    /^[\p{Extended_Pictographic}\p{RI}][^\p{L}\s<>]*$/u.test(value)
  );
}

function noTarget(): Result<never> {
  return refuse('malformed', 'the target is an entry');
}
