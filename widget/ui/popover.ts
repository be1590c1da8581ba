/** Space between a popover and what it stands at, and between it and the panel's edge, px. */
const GAP = 6;
const EDGE = 8;

/**
 * Puts a popover below what it stands at, or above where there is no room, within its overlay. Where it is a sheet
 * (a touch screen), the sheet's rules place it.
 */
export function placeBeside(box: HTMLElement, anchor: HTMLElement): void {
  const frame = box.parentElement?.getBoundingClientRect();
  if (!frame || matchMedia('(pointer: coarse)').matches) return;
  const at = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const top = placeAlong({ from: at.top, to: at.bottom }, height, { from: frame.top, to: frame.bottom });
  const left = Math.min(Math.max(at.left + at.width / 2 - width / 2, frame.left + EDGE), frame.right - EDGE - width);
  box.style.top = `${top - frame.top}px`;
  box.style.left = `${left - frame.left}px`;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where a box of `size` begins: after the anchor where it fits, else before it, and within the frame in any case. */
export function placeAlong(anchor: Range, size: number, frame: Range): number {
  const after = anchor.to + GAP;
  const wanted = after + size <= frame.to - EDGE ? after : anchor.from - GAP - size;
  return Math.max(frame.from + EDGE, Math.min(wanted, frame.to - EDGE - size));
}
