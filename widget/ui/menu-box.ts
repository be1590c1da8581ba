import { useLayoutEffect, useRef } from 'preact/hooks';
import { focusItem, moveFocus } from './menu-focus.ts';
import { placeBeside } from './popover.ts';

interface MenuBoxOptions {
  readonly anchor: HTMLElement;
  readonly dir: 'ltr' | 'rtl';
  /** A question is left by its buttons or Escape alone: Tab stays in it. */
  readonly isQuestion: boolean;
  /** What of it is shown; another step is placed and focused anew. */
  readonly step: string;
  onClose(): void;
}

/** A menu or a question beside what it is about: placed, focused, and moved in by arrows (WAI-ARIA APG). */
export function useMenuBox({ anchor, dir, isQuestion, step, onClose }: MenuBoxOptions) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current) placeBeside(box.current, anchor);
    // A finger needs no mark of where the keyboard would begin.
    if (!isQuestion && matchMedia('(pointer: coarse)').matches) box.current?.focus();
    else focusItem(box.current, 0);
  }, [step]);
  const onKeyDown = (event: KeyboardEvent) => {
    const forward = dir === 'rtl' ? -1 : 1;
    const arrow = { ArrowDown: 1, ArrowUp: -1, ArrowRight: forward, ArrowLeft: -forward }[event.key];
    if (arrow) moveFocus(box.current, arrow);
    else if (event.key === 'Tab' && isQuestion) moveFocus(box.current, event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { box, onKeyDown };
}
