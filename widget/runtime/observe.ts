import type { RefusalCode } from '../../protocol/refusals.ts';
import type { Observed } from '../core/effects.ts';

/** One frame under way. */
export interface Traffic {
  readonly path: 'relay' | 'link';
  readonly direction: 'in' | 'out';
  /** `entry`, or the frame's kind (frames.ts). */
  readonly kind: string;
}

/** Something that can be measured, as it happens. All times are ms. */
export type Observation =
  | ({ readonly type: 'frame' } & Traffic)
  /** There and back: an entry and the relay's acknowledgement, a ping on a link and its answer. */
  | { readonly type: 'round-trip'; readonly path: 'relay' | 'link'; readonly ms: number }
  /** A ping on a link that had no answer by the time the next was due. */
  | { readonly type: 'lost'; readonly path: 'link' }
  /** An entry came that this copy already held; one was sent again (`attempt` counts from 1). */
  | Observed
  /** What a peer or the relay brought and is not taken: entries that nobody has signed, a signal. */
  | { readonly type: 'dropped'; readonly what: 'entry' | 'signal'; readonly code: RefusalCode }
  /** How an attempt at a link ended: open after `ms`, given up after `ms`, or an open one closed after `ms`. */
  | { readonly type: 'link'; readonly outcome: 'opened' | 'failed' | 'closed'; readonly ms: number };

/** The one place where the runtime tells what it sees; who listens counts. */
export type Observe = (observation: Observation) => void;
