import type { Clock } from '../../protocol/clock.ts';
import type { Entry } from '../../protocol/entry.ts';
import type { EntryId } from '../../protocol/ids.ts';
import type { Act } from '../../protocol/moderation.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';

/** What a visitor composes. `target` is a row's key, which is an entry's id only once that has one. */
export type Composition =
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'edit'; readonly target: string; readonly text: string }
  /** `twin`: the entry that says the same. */
  | { readonly kind: 'delete'; readonly target: string; readonly twin?: EntryId }
  | { readonly kind: 'reaction'; readonly target: string; readonly emoji: string; readonly on: boolean }
  | { readonly kind: 'moderation'; readonly act: Act }
  /** Takes the number of an entry that was refused before anyone had it. */
  | { readonly kind: 'void'; readonly seq: number };

interface Composed {
  /** Random, 128 bits: names the composition from its first instant to its last status. */
  readonly draft: string;
  readonly content: Composition;
  /** Wall clock of composing, ms since 1970, by the relay's time where it is known. */
  readonly at: number;
}

/**
 * An entry of mine on its way out.
 *
 * draft -> sealing -> sealed -> ready -> (settled: gone from the outbox)
 * draft -> asked -> (settled), where the relay signs
 * Any of them -> failed -> draft (Retry) or gone (Delete).
 */
export type Outgoing =
  | (Composed & { readonly phase: 'draft' })
  /** Numbered; the edge is hashing and signing it. */
  | (Composed & { readonly phase: 'sealing' })
  /** Has its id; the store is writing it. Nothing is sent before that is durable. */
  | (Composed & { readonly phase: 'sealed'; readonly entry: Entry })
  | Ready
  | Asked
  /** `entry`: others may hold it, so a retry sends that again and no other. */
  | (Composed & { readonly phase: 'failed'; readonly refusal?: RefusalCode; readonly entry?: Entry });

export interface Ready extends Composed {
  readonly phase: 'ready';
  readonly entry: Entry;
  /** The relay has acknowledged it. */
  readonly relayed: boolean;
  /** Written to at least one open link, or given to a member who asked. */
  readonly linked: boolean;
  /** A relay that has lost its log since had acknowledged it: its status does not fall back. */
  readonly sent?: true;
  /** How often it was sent; a page before this one counts as once. */
  readonly attempts: number;
  /** When to send it again if it has not settled by then, local ms. */
  readonly resendAt: number;
}

/** The relay is asked to make an entry of it, until that entry comes. */
export interface Asked extends Composed {
  readonly phase: 'asked';
  /** The entry that the relay has made. */
  readonly id?: EntryId;
  readonly attempts: number;
  readonly resendAt: number;
}

/** What sealing needs of an entry: its place in the replica's chain. The edge adds `prev`, the id and the signature. */
export interface Numbered {
  readonly draft: string;
  readonly seq: number;
  readonly clock: Clock;
  readonly kind: string;
  readonly payload: string;
}

/** How long an entry is tried before it is given up, ms. */
export const GIVE_UP_AFTER = 24 * 60 * 60_000;

export function isReady(item: Outgoing): item is Ready {
  return item.phase === 'ready';
}

export function isAsked(item: Outgoing): item is Asked {
  return item.phase === 'asked';
}

export function replaceItem(outbox: readonly Outgoing[], item: Outgoing): readonly Outgoing[] {
  return outbox.map((other) => (other.draft === item.draft ? item : other));
}

/** What the store gave back: it may have been sent before that was noted. */
export function reloaded(outbox: readonly Outgoing[]): readonly Outgoing[] {
  return outbox.map((item) => (isReady(item) || isAsked(item) ? { ...item, attempts: item.attempts + 1 } : item));
}

/** An entry of mine that may be sent, and has not been yet. */
export function readyOf(composed: Composed, entry: Entry, at: number): Ready {
  const progress = { relayed: false, linked: false, attempts: 0, resendAt: at };
  return { ...composed, phase: 'ready', entry, ...progress };
}

export function composedOf({ draft, content, at }: Outgoing): Composed {
  return { draft, content, at };
}
