/**
 * Which messages are in the document. A long conversation is windowed by a sliding span without spacers: the last
 * `TAIL` while the reader is at the bottom, and up to `MOST` around them once they scroll, moved by `STEP` whenever
 * an edge comes near. Against estimated heights with spacers it needs no measuring and can't jump; against
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
export const STEP = 60;
export const MOST = 240;

interface Keyed {
  readonly key: string;
}

export function spanOf(messages: readonly Keyed[], place: Place): Span {
  const tail = { start: Math.max(0, messages.length - TAIL), end: messages.length };
  if (place.at === 'tail') return tail;
  const start = messages.findIndex((message) => message.key === place.first);
  return start < 0 ? tail : { start, end: Math.min(messages.length, start + place.count) };
}

/** The span moved towards older messages, or the same one where it begins with the first. */
export function extendUp(span: Span): Span {
  if (span.start === 0) return span;
  const start = Math.max(0, span.start - STEP);
  return { start, end: Math.min(span.end, start + MOST) };
}

/** The span moved towards newer messages, or the same one where it ends with the last. */
export function extendDown(span: Span, length: number): Span {
  if (span.end >= length) return span;
  const end = Math.min(length, span.end + STEP);
  return { start: Math.max(span.start, end - MOST), end };
}

/** Holds a span in place by the key of its first message, so that what arrives before it does not shift it. */
export function placeAt(messages: readonly Keyed[], span: Span): Place {
  const first = messages[span.start];
  return first ? { at: 'message', first: first.key, count: span.end - span.start } : TAIL_PLACE;
}
