/** What was made of texts, kept while they are in use: of the most that are kept, whose use is longest ago goes first. */
export class Recent<Made> {
  private readonly kept = new Map<string, Made>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  /** What is kept for a text, or what `make` makes of it now; what comes to nothing is not kept. */
  read(text: string, make: () => Made | undefined): Made | undefined {
    const made = this.kept.get(text) ?? make();
    if (made === undefined) return undefined;
    this.kept.delete(text);
    this.kept.set(text, made);
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
