import type { RoomView } from '../core/view.ts';

/** What was last asked for: what comes before this message, at this time (ms). */
export interface Asked {
  readonly first: string;
  readonly at: number;
}

/** Older messages are asked for when the reader is this close to the first one, px. */
export const EARLIER_NEAR = 400;
/** What was asked for and did not come is asked for again after this long, ms. */
export const ASK_AGAIN = 5_000;

interface ReadingPlace {
  /** How far the list is scrolled down, px. */
  readonly top: number;
  /** Key of the first message. */
  readonly first: string | undefined;
  readonly now: number;
}

/** Whether older messages are to be asked for now; `asked`: what was asked for last. */
export function wantsEarlier(
  { earlier, loadingEarlier }: Pick<RoomView, 'earlier' | 'loadingEarlier'>,
  { top, first, now }: ReadingPlace,
  asked: Asked | undefined,
): boolean {
  if (!earlier || loadingEarlier || top > EARLIER_NEAR) return false;
  return asked === undefined || asked.first !== first || now - asked.at >= ASK_AGAIN;
}
