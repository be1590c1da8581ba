interface Kept<Made> {
  readonly text: string;
  readonly made: Made;
}

/** What was made of texts, kept while they are in use: of the most that are kept, whose use is longest ago goes first. */
export class Recent<Made> {
  /** With each text as it first came: the one that it is asked for by now may hold on to the message that it stood in. */
  private readonly kept = new Map<string, Kept<Made>>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  /** What is kept for a text, or what `make` makes of it now; what comes to nothing is not kept. */
  read(text: string, make: () => Made | undefined): Made | undefined {
    const found = this.kept.get(text);
    const made = found?.made ?? make();
    if (made === undefined) return undefined;
    const kept = found ?? { text, made };
    this.kept.delete(kept.text);
    this.kept.set(kept.text, kept);
    if (this.kept.size > this.most) this.dropStalest();
    return made;
  }

  private dropStalest(): void {
    for (const stalest of this.kept.keys()) {
      this.kept.delete(stalest);
      return;
    }
  }
}
