/** Virtual time: what is planned runs in order of its time, then of its planning. */
export class Timeline {
  #now = 1_700_000_000_000;
  #count = 0;
  #planned: { readonly at: number; readonly n: number; readonly run: () => void }[] = [];

  get now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const item = { at: this.#now + Math.max(0, ms), n: this.#count, run };
    this.#count += 1;
    this.#planned.push(item);
    return () => {
      this.#planned = this.#planned.filter((other) => other !== item);
    };
  }

  /** Runs everything due within the next `ms`. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#earliest();
      if (!next || next.at > end) break;
      this.#planned = this.#planned.filter((other) => other !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }

  #earliest() {
    let first = this.#planned[0];
    for (const item of this.#planned)
      if (first && (item.at < first.at || (item.at === first.at && item.n < first.n))) first = item;
    return first;
  }
}
