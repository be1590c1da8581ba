import type { EntryId } from '../../protocol/ids.ts';
import type { Refused, Result } from '../../protocol/result.ts';
import type { Soon } from './room-log.ts';

/** What a publication leads to: a frame for the channel's subscribers, and what its publisher is told. */
export interface Outcome {
  readonly frame?: object;
  /** Names of the channels that the frame goes to instead of the one that it came on. */
  readonly to?: readonly string[];
  /** The entry that it has become, and where that stands in the log. */
  readonly natter?: { readonly id: EntryId; readonly epoch?: string; readonly offset?: number };
  /** It had been taken before. */
  readonly isRepeat?: true;
  /** Called once the frame is published. */
  readonly after?: () => void;
}

/**
 * A publication under way. What takes long and needs no order (signatures) has begun; `finish` is called once `ready`
 * has settled and all that its session sent before is finished, or, where it `follows`, is being finished.
 */
export interface Publication {
  /** Undefined where nothing is waited for. */
  readonly ready: Promise<unknown> | undefined;
  /** It is appended to a log: that is done in the order in which it is asked for, and needs no answer to those before. */
  readonly follows: boolean;
  readonly finish: () => Soon<Result<Outcome>>;
}

/** A refusal of what may have been taken nevertheless: no answer came. */
export interface InDoubt extends Refused {
  readonly inDoubt: true;
}

export function isInDoubt(refusal: Refused | InDoubt): refusal is InDoubt {
  return 'inDoubt' in refusal;
}

/** Accepted, and nothing goes out: a kind of a newer version, or a frame to somebody who is gone. */
export const IGNORED: Outcome = {};

export function settled(outcome: Result<Outcome>): Publication {
  return atOnce(() => outcome);
}

/** One that needs nothing but its turn. */
export function atOnce(finish: () => Soon<Result<Outcome>>): Publication {
  return { ready: undefined, follows: false, finish };
}
