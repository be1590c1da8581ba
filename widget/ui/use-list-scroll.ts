import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { MessageView } from '../core/view.ts';
import type { Extras } from './panel-context.ts';
import type { Anchor } from './reading.ts';
import { type Place, placeAt, type Span, spanOf, TAIL_PLACE } from './span.ts';

/** This close to the end, px, the list follows new messages. */
const STICK = 80;
/** Space above the divider, px, when reading begins there. */
const DIVIDER_TOP = 48;

export interface ListScroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly span: Span;
  /** Key of the last message that was there when the reader left the end; undefined while the list follows it. */
  readonly leftAt: string | undefined;
  onScroll(): void;
  toLatest(): void;
}

/** Keeps the reader's place: at the end while they are there, else at the row they are looking at. */
export function useListScroll(
  messages: readonly MessageView[],
  firstUnread: string | undefined,
  extras: Extras | undefined,
): ListScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>(TAIL_PLACE);
  const [leftAt, setLeftAt] = useState<string>();
  const following = useRef(true);
  const anchor = useRef<Anchor | undefined>(undefined);
  /** Where the list last stood, px: what grows around a reader is not told from scrolling by anything else. */
  const stood = useRef(0);
  const last = messages.at(-1);
  const lastKey = useRef(last?.key);
  const span = useMemo(() => spanOf(messages, place), [messages, place]);

  const toEnd = () => {
    const list = scroller.current;
    if (!list) return;
    list.scrollTop = list.scrollHeight;
    stood.current = list.scrollTop;
  };

  const toLatest = () => {
    following.current = true;
    setLeftAt(undefined);
    setPlace(TAIL_PLACE);
    toEnd();
  };

  const settle = (list: HTMLDivElement) => {
    const wanted = extras?.wantedSpan(list, span, messages.length) ?? span;
    if (wanted !== span) setPlace(placeAt(messages, wanted));
  };

  const onScroll = () => {
    const list = scroller.current;
    if (!list) return;
    const movedUp = list.scrollTop < stood.current;
    stood.current = list.scrollTop;
    const atEnd = span.end === messages.length && below(list) <= STICK;
    if (following.current && !atEnd && !movedUp) return toEnd();
    if (atEnd && !following.current) {
      setLeftAt(undefined);
      setPlace(TAIL_PLACE);
    } else if (!atEnd && following.current) {
      setLeftAt(last?.key);
      setPlace(placeAt(messages, span));
    }
    following.current = atEnd;
    if (atEnd) return;
    anchor.current = extras?.noteReading(list);
    settle(list);
  };

  useLayoutEffect(() => {
    const list = scroller.current;
    if (!list) return;
    const isMyNew = last?.mine === true && last.key !== lastKey.current;
    lastKey.current = last?.key;
    if (isMyNew && !following.current) return toLatest();
    if (following.current) return toEnd();
    if (anchor.current) extras?.restoreReading(list, anchor.current);
    settle(list);
  }, [messages, span]);

  useLayoutEffect(() => {
    const divider = scroller.current?.querySelector('.divider');
    if (divider) showFromTop(divider, scroller.current);
  }, [firstUnread]);

  useEffect(() => {
    const list = scroller.current;
    if (!list) return;
    const observer = new ResizeObserver(() => following.current && toEnd());
    observer.observe(list);
    for (const child of list.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);

  return { scroller, span, leftAt, onScroll, toLatest };
}

/** What lies below the visible part, px. */
export function below(list: HTMLElement): number {
  return list.scrollHeight - list.scrollTop - list.clientHeight;
}

/** Begins the reading at the divider where what is unread does not fit below it. */
function showFromTop(divider: Element, list: HTMLElement | null): void {
  if (!list) return;
  const top = divider.getBoundingClientRect().top - list.getBoundingClientRect().top;
  if (top < 0) list.scrollTop += top - DIVIDER_TOP;
}
