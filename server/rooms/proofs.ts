import { standingAt } from '../../protocol/certificate.ts';
import type { EntryFrame, FrameOf } from '../../protocol/frames.ts';
import { accept, refuse } from '../../protocol/result.ts';
import type { Certificates } from '../trust/certificates.ts';
import { isSignedBy, sealOf } from '../trust/seal.ts';
import { IGNORED, type Publication, settled } from './publication.ts';
import type { Room } from './room.ts';

/** Bounds of what a room keeps: pairs, and UTF-16 code units of their payloads. The oldest go first. */
const PAIRS = 64;
const LENGTH = 64 * 1024;

/** Pairs of entries that contradict each other, as members have shown them: whoever joins is given them. */
export class Proofs {
  private readonly pairs = new Map<string, readonly EntryFrame[]>();
  private length = 0;

  /** Whether a pair about this number is kept. */
  has({ entry: { replica, seq } }: EntryFrame): boolean {
    return this.pairs.has(`${replica} ${seq}`);
  }

  add(pair: readonly EntryFrame[]): void {
    const [first] = pair;
    if (!first || this.has(first)) return;
    this.pairs.set(`${first.entry.replica} ${first.entry.seq}`, pair);
    this.length += lengthOf(pair);
    for (const [oldest, gone] of this.pairs) {
      if (this.pairs.size <= PAIRS && this.length <= LENGTH) return;
      this.pairs.delete(oldest);
      this.length -= lengthOf(gone);
    }
  }

  all(): readonly EntryFrame[] {
    return [...this.pairs.values()].flat();
  }
}

/** Two entries that contradict each other, both signed: everyone is told once. */
export function prove(room: Room, { entries }: FrameOf<'proof'>, certificates: Certificates): Publication {
  const [first] = entries;
  if (!first || room.proofs.has(first)) return settled(accept(IGNORED));
  const checks: Promise<boolean>[] = [];
  const pair = entries.map(({ entry }): EntryFrame => ({ v: 1, entry }));
  for (const { entry } of pair) {
    const seal = sealOf(room.name, entry, entry.payload);
    const certified = certificates.read(room.name, entry.cert);
    const isSound = seal.id === entry.id && certified?.replica === entry.replica;
    if (!isSound || standingAt(certified.certificate, entry.clock[0]) === 'outside')
      return settled(refuse('bad_signature', 'the proof is none'));
    checks.push(isSignedBy(seal, certified.key, entry.sig));
  }
  let holds = false;
  const ready = Promise.all(checks).then((verdicts) => {
    holds = verdicts.every((verdict) => verdict);
  });
  const finish = () => {
    if (!holds) return refuse('bad_signature', 'the proof is none');
    if (room.proofs.has(first)) return accept(IGNORED);
    room.proofs.add(pair);
    return accept({ frame: { v: 1, kind: 'proof', entries: pair } });
  };
  return { ready, follows: false, finish };
}

function lengthOf(pair: readonly EntryFrame[]): number {
  return pair.reduce((sum, { entry }) => sum + entry.payload.length, 0);
}
