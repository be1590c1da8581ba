import type { Span } from './span.ts';
import { below } from './use-list-scroll.ts';

/** Messages that are brought in at once, and the most that are in the document. */
export const STEP = 60;
export const MOST = 240;
/** This close to an edge of what is in the document, px, more is brought in. */
const NEAR = 600;
/** How long after the last movement the list counts as scrolling, ms. */
const SCROLLING = 900;

/** The row that a reader who is not at the end looks at. */
export interface Anchor {
  readonly key: string;
  /** Distance of the row's top from the top of the scroller, px. */
  readonly top: number;
}

/** Keeps the place of a reader who is scrolling. */
export function noteReading(list: HTMLElement): Anchor | undefined {
  markScrolling(list);
  return firstInView(list);
}

/** The span that brings in what the reader comes near to. */
export function wantedSpan(list: HTMLElement, span: Span, length: number): Span {
  if (list.scrollTop < NEAR) return extendUp(span);
  return below(list) < NEAR ? extendDown(span, length) : span;
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

const scrollingEnds = new WeakMap<HTMLElement, ReturnType<typeof setTimeout>>();

/** The day pill floats while the reader scrolls, and goes when they have stopped. */
function markScrolling(list: HTMLElement): void {
  list.dataset.scrolling = '';
  clearTimeout(scrollingEnds.get(list));
  scrollingEnds.set(
    list,
    setTimeout(() => delete list.dataset.scrolling, SCROLLING),
  );
}

/** The first row that is at least partly in view. */
function firstInView(list: HTMLElement): Anchor | undefined {
  const top = list.getBoundingClientRect().top;
  for (const row of list.querySelectorAll<HTMLElement>('[data-key]')) {
    const box = row.getBoundingClientRect();
    if (box.bottom > top) return { key: row.dataset.key ?? '', top: box.top - top };
  }
  return undefined;
}

/** Scrolls so that the row stands where it stood. */
export function restoreReading(list: HTMLElement, anchor: Anchor): void {
  const row = list.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`);
  if (row) list.scrollTop += row.getBoundingClientRect().top - list.getBoundingClientRect().top - anchor.top;
}
