/** Something planned. Cancelled in place: the heap drops it when its turn comes. */
interface Planned {
  readonly at: number;
  readonly n: number;
  run: (() => void) | undefined;
}

/** Virtual time: what is planned runs in order of its time, then of its planning. A binary heap. */
export class Timeline {
  #now = 1_700_000_000_000;
  #count = 0;
  readonly #heap: Planned[] = [];

  get now(): number {
    return this.#now;
  }

  /** Plans `run`; returns its cancel. */
  after(ms: number, run: () => void): () => void {
    const item: Planned = { at: this.#now + Math.max(0, ms), n: this.#count, run };
    this.#count += 1;
    this.#push(item);
    return () => {
      item.run = undefined;
    };
  }

  /** Runs everything due within the next `ms`. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#heap[0]; next && next.at <= end; next = this.#heap[0]) {
      this.#pop();
      if (!next.run) continue;
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }

  #push(item: Planned): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (!parent || isBefore(parent, item)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = item;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = at * 2 + 1;
      const [one, other] = [heap[left], heap[left + 1]];
      if (!one) break;
      const [down, child] = other && isBefore(other, one) ? [left + 1, other] : [left, one];
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.n < b.n);
}
