/** What can be gone round while it changes: a set, or a map's values. */
export interface Going<T> {
  readonly size: number;
  values(): Iterator<T>;
}

const END = { done: true, value: undefined } as const;

/**
 * Goes round all that a collection holds, again and again, a part at a time: to look at thousands in one turn of the event
 * loop would hold everybody else up.
 */
export class Rounds<T> {
  private readonly all: () => Going<T>;
  private readonly parts: number;
  /** Those whose turn is yet to come in this round, and how many: who comes meanwhile must not keep it from ending. */
  private rest: Iterator<T> | undefined;
  private due = 0;

  /** @param parts of which a round consists */
  constructor(all: () => Going<T>, parts: number) {
    this.all = all;
    this.parts = parts;
  }

  /** The next part; the round's last one may be short. */
  *next(): Generator<T, void> {
    const { size } = this.all();
    if (!this.rest) {
      this.rest = this.all().values();
      this.due = size;
    }
    for (let left = size / this.parts; left > 0; left -= 1) {
      const { done, value } = this.due > 0 ? this.rest.next() : END;
      if (done) {
        this.rest = undefined;
        return;
      }
      this.due -= 1;
      yield value;
    }
  }
}
