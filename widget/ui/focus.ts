/** Moves the focus to where a visitor goes on: the field, or on touch screens the panel, lest the keyboard jump up. */
export function focusPanel(panel: HTMLElement): void {
  const isTouch = matchMedia('(pointer: coarse)').matches;
  const field = isTouch ? null : panel.querySelector<HTMLElement>('textarea, input');
  (field ?? panel).focus({ preventScroll: true });
}
