import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { MessageView } from '../core/view.ts';
import { extendDown, extendUp, type Place, placeAt, type Span, spanOf, TAIL_PLACE } from './span.ts';

/** This close to the end, px, the list follows new messages. */
const STICK = 80;
/** This close to an edge of what is in the document, px, more is brought in. */
const NEAR = 600;
/** Space above the divider, px, when reading begins there. */
const DIVIDER_TOP = 48;
/** How long after the last movement the list counts as scrolling, ms. */
const SCROLLING = 900;

export interface ListScroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly span: Span;
  /** The reader is at the end and the list follows it. */
  readonly following: boolean;
  /** Key of the last message that was there when the reader left the end. */
  readonly leftAt: string | undefined;
  onScroll(): void;
  toLatest(): void;
}

interface Anchor {
  readonly key: string;
  /** Distance of the row's top from the top of the scroller, px. */
  readonly top: number;
}

/** Keeps the reader's place: at the end while they are there, else at the row they are looking at. */
export function useListScroll(messages: readonly MessageView[], firstUnread: string | undefined): ListScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>(TAIL_PLACE);
  const [leftAt, setLeftAt] = useState<string>();
  const following = useRef(true);
  const anchor = useRef<Anchor | undefined>(undefined);
  const last = messages.at(-1);
  const lastKey = useRef(last?.key);
  const span = useMemo(() => spanOf(messages, place), [messages, place]);

  const toLatest = () => {
    following.current = true;
    setLeftAt(undefined);
    setPlace(TAIL_PLACE);
    scrollToEnd(scroller.current);
  };

  const settle = (list: HTMLDivElement) => {
    const wanted = wantedSpan(list, span, messages.length);
    if (wanted !== span) setPlace(placeAt(messages, wanted));
  };

  const onScroll = () => {
    const list = scroller.current;
    if (!list) return;
    const atEnd = span.end === messages.length && below(list) <= STICK;
    if (atEnd && !following.current) {
      setLeftAt(undefined);
      setPlace(TAIL_PLACE);
    } else if (!atEnd && following.current) {
      setLeftAt(last?.key);
      setPlace(placeAt(messages, span));
    }
    following.current = atEnd;
    if (atEnd) return;
    markScrolling(list);
    anchor.current = findAnchor(list);
    settle(list);
  };

  useLayoutEffect(() => {
    const list = scroller.current;
    if (!list) return;
    const isMyNew = last?.mine === true && last.key !== lastKey.current;
    lastKey.current = last?.key;
    if (isMyNew && !following.current) return toLatest();
    if (following.current) return scrollToEnd(list);
    if (anchor.current) restore(list, anchor.current);
    settle(list);
  }, [messages, span]);

  useLayoutEffect(() => {
    const divider = scroller.current?.querySelector('.divider');
    if (divider) showFromTop(divider, scroller.current);
  }, [firstUnread]);

  useEffect(() => {
    const list = scroller.current;
    if (!list) return;
    const observer = new ResizeObserver(() => following.current && scrollToEnd(list));
    observer.observe(list);
    for (const child of list.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);

  return { scroller, span, following: leftAt === undefined, leftAt, onScroll, toLatest };
}

function below(list: HTMLElement): number {
  return list.scrollHeight - list.scrollTop - list.clientHeight;
}

function scrollToEnd(list: HTMLElement | null): void {
  if (list) list.scrollTop = list.scrollHeight;
}

function wantedSpan(list: HTMLElement, span: Span, length: number): Span {
  if (list.scrollTop < NEAR) return extendUp(span);
  return below(list) < NEAR ? extendDown(span, length) : span;
}

/** Begins the reading at the divider where what is unread does not fit below it. */
function showFromTop(divider: Element, list: HTMLElement | null): void {
  if (!list) return;
  const top = divider.getBoundingClientRect().top - list.getBoundingClientRect().top;
  if (top < 0) list.scrollTop += top - DIVIDER_TOP;
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
function findAnchor(list: HTMLElement): Anchor | undefined {
  const top = list.getBoundingClientRect().top;
  for (const row of list.querySelectorAll<HTMLElement>('[data-key]')) {
    const box = row.getBoundingClientRect();
    if (box.bottom > top) return { key: row.dataset.key ?? '', top: box.top - top };
  }
  return undefined;
}

function restore(list: HTMLElement, anchor: Anchor): void {
  const row = list.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`);
  if (row) list.scrollTop += row.getBoundingClientRect().top - list.getBoundingClientRect().top - anchor.top;
}
