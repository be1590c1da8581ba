import type { EntryFrame } from '../../protocol/frames.ts';

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

function lengthOf(pair: readonly EntryFrame[]): number {
  return pair.reduce((sum, { entry }) => sum + entry.payload.length, 0);
}
