const FOCUSABLE = 'button:not([disabled],[hidden],[tabindex="-1"]),a[href],input,textarea,[tabindex="0"]';

/** Moves the focus to where a visitor goes on: the field, or on touch screens the panel, lest the keyboard jump up. */
export function focusPanel(panel: HTMLElement): void {
  const isTouch = matchMedia('(pointer: coarse)').matches;
  const field = panel.querySelector<HTMLElement>('textarea, input');
  const target = (!isTouch && field) || panel;
  target.focus({ preventScroll: true });
}

/** Keeps Tab inside the panel; for full screen only, where there is nothing else to see. */
export function trapTab(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (stop) => stop.getClientRects().length > 0 && !stop.closest('[inert]'),
  );
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  const wrap = event.shiftKey ? stops.at(-1) : stops[0];
  if (!edge?.matches(':focus') && !(event.shiftKey && panel.matches(':focus'))) return;
  event.preventDefault();
  wrap?.focus();
}
