import type { Clock } from '../../protocol/clock.ts';
import type { Entry } from '../../protocol/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';

interface Composed {
  /** Random, 128 bits: names the message from its first keystroke to its last status. */
  readonly draft: string;
  readonly text: string;
  /** Wall clock of composing, ms since 1970, by the relay's time where it is known. */
  readonly at: number;
}

/**
 * A message of mine on its way out.
 *
 * draft -> sealing -> sealed -> ready -> (settled: gone from the outbox)
 * Any of them -> failed -> draft (Retry) or gone (Delete).
 */
export type Outgoing =
  | (Composed & { readonly phase: 'draft' })
  /** Numbered; the edge is hashing it. */
  | (Composed & { readonly phase: 'sealing' })
  /** Has its id; the store is writing it. Nothing is sent before that is durable. */
  | (Composed & { readonly phase: 'sealed'; readonly entry: Entry })
  | Ready
  | (Composed & { readonly phase: 'failed'; readonly refusal?: RefusalCode });

export interface Ready extends Composed {
  readonly phase: 'ready';
  readonly entry: Entry;
  /** The relay has acknowledged it. */
  readonly relayed: boolean;
  /** Written to at least one open link. */
  readonly linked: boolean;
  readonly attempts: number;
  /** When to send it again if it has not settled by then, local ms. */
  readonly resendAt: number;
}

/** What sealing needs of a message: its place in the replica's chain. The edge adds `prev` and the id. */
export interface Numbered {
  readonly draft: string;
  readonly seq: number;
  readonly clock: Clock;
  readonly payload: string;
}

/** How long a message is tried before it is given up, ms. */
export const GIVE_UP_AFTER = 24 * 60 * 60_000;

export function isReady(item: Outgoing): item is Ready {
  return item.phase === 'ready';
}

export function replaceItem(outbox: readonly Outgoing[], item: Outgoing): readonly Outgoing[] {
  return outbox.map((other) => (other.draft === item.draft ? item : other));
}

export function composedOf({ draft, text, at }: Outgoing): Composed {
  return { draft, text, at };
}
