/**
 * Which messages are in the document. A long conversation is windowed by a sliding span without spacers: the last
 * `TAIL` while the reader is at the bottom, and once they scroll up to `MOST` around them, moved by `STEP` whenever an
 * edge comes near (reading.ts). Against estimated heights with spacers it needs no measuring and can't jump; against
 * `content-visibility` it also bounds the virtual DOM, which for 10,000 messages costs more than the layout.
 */
export interface Span {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Where the reader is: following the end, or held at a message whatever arrives around it. */
export type Place =
  | { readonly at: 'tail' }
  | { readonly at: 'message'; readonly first: string; readonly count: number };

export const TAIL_PLACE: Place = { at: 'tail' };

export const TAIL = 80;

interface Keyed {
  readonly key: string;
}

export function spanOf(messages: readonly Keyed[], place: Place): Span {
  const tail = { start: Math.max(0, messages.length - TAIL), end: messages.length };
  if (place.at === 'tail') return tail;
  const start = messages.findIndex((message) => message.key === place.first);
  return start < 0 ? tail : { start, end: Math.min(messages.length, start + place.count) };
}

/** Holds a span in place by the key of its first message, so that what arrives before it does not shift it. */
export function placeAt(messages: readonly Keyed[], span: Span): Place {
  const first = messages[span.start];
  return first ? { at: 'message', first: first.key, count: span.end - span.start } : TAIL_PLACE;
}
