import type { EntryFrame, FrameOf } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import { keyOf } from './conflicts.ts';
import type { Effect, Step } from './effects.ts';
import type { Via } from './events.ts';
import type { Logged } from './log.ts';
import { lost } from './numbering.ts';
import { composedOf, type Outgoing, replaceItem } from './outbox.ts';
import { frameOf, isLinked, isRelayUp, linkedReplicas } from './paths.ts';
import { change, emit } from './turn.ts';

/** Proofs that one path is told at once. */
const TOLD = 8;
/** Bytes of a frame, with room for the rest of it: the relay takes 64 KiB. What is larger goes by links alone. */
const FRAME_BYTES = 60 * 1024;

/** Somebody has said two things under one number: everyone is shown both. What the relay has shown, it has shown to all. */
export function tellConflicts(step: Step, refuted: readonly Logged[], via: Via, occasion: string): Step {
  const { state } = step;
  const keys = new Set(refuted.map(({ entry }) => keyOf(entry)));
  const proofs = proofsOf(step, (key) => keys.has(key));
  const links = linkedReplicas(state).filter((replica) => replica !== via);
  const byLinks = links.flatMap((replica) => proofs.map((frame): Effect => ({ type: 'send-link', replica, frame })));
  return emit(step, ...byLinks, ...(via === 'relay' && occasion === 'proof' ? [] : toRelay(step, proofs)));
}

/** A relay that has lost what it was shown, or never was, is shown it. */
export function proveToRelay(step: Step, known: readonly EntryFrame[]): Step {
  const keys = new Set(known.map(({ entry }) => keyOf(entry)));
  return emit(
    step,
    ...toRelay(
      step,
      proofsOf(step, (key) => !keys.has(key)),
    ),
  );
}

/** Somebody at a link that has just opened may not know. */
export function showProofs(step: Step, replica: ReplicaId): Step {
  if (!isLinked(step.state, replica)) return step;
  return emit(step, ...proofsOf(step, () => true).map((frame): Effect => ({ type: 'send-link', replica, frame })));
}

/**
 * A number of mine stands for what I have not said, too: somebody else has my key. What I said under it is shown to nobody;
 * as far as it waits here it is said anew.
 */
export function loseTaken(step: Step, refuted: readonly Logged[]): Step {
  const { self, outbox } = step.state;
  const taken = new Set(refuted.filter(({ entry }) => entry.replica === self).map(({ entry }) => entry.seq));
  if (taken.size === 0) return step;
  const isTaken = (item: Outgoing) => item.phase === 'ready' && taken.has(item.entry.seq);
  const anew = outbox.filter(isTaken).map((item): Outgoing => ({ ...composedOf(item), phase: 'draft' }));
  const next = change(step, { outbox: anew.reduce(replaceItem, outbox) });
  return lost(anew.length === 0 ? next : emit(next, { type: 'persist', changes: [{ type: 'outgoing', items: anew }] }));
}

function proofsOf({ state }: Step, wanted: (key: string) => boolean): readonly FrameOf<'proof'>[] {
  const pairs = [...state.log.conflicts].filter(([key]) => wanted(key)).slice(0, TOLD);
  return pairs.map(([, pair]) => ({ v: 1, kind: 'proof', entries: pair.map(frameOf) }));
}

function toRelay({ state }: Step, proofs: readonly FrameOf<'proof'>[]): readonly Effect[] {
  if (!isRelayUp(state)) return [];
  return proofs
    .filter(({ entries }) => entries.reduce((sum, frame) => sum + bytesOf(frame), 0) < FRAME_BYTES)
    .map((frame): Effect => ({ type: 'send-relay', channel: 'presence', frame }));
}

function bytesOf({ entry }: EntryFrame): number {
  return 500 + entry.cert.length + entry.payload.length * 3;
}
