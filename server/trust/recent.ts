interface Kept<Made> {
  readonly text: string;
  readonly made: Made;
  /** When it was used last, ms. */
  at: number;
}

export interface RecentPorts {
  /** Texts that are kept at most: whose use is longest ago goes first. */
  readonly most: number;
  /** ms without use after which what was made of a text is no longer kept, once another comes. */
  readonly idle: number;
  readonly now: () => number;
}

/** What was made of texts, kept while they are in use: memory goes with those who are here, not with all who ever were. */
export class Recent<Made> {
  /** With each text as it first came: the one that it is asked for by now may hold on to the message that it stood in. */
  private readonly kept = new Map<string, Kept<Made>>();
  private readonly ports: RecentPorts;

  constructor(ports: RecentPorts) {
    this.ports = ports;
  }

  get size(): number {
    return this.kept.size;
  }

  /** What is kept for a text, or what `make` makes of it now; what comes to nothing is not kept. */
  read(text: string, make: () => Made | undefined): Made | undefined {
    const found = this.kept.get(text);
    const made = found?.made ?? make();
    if (made === undefined) return undefined;
    const at = this.ports.now();
    const kept = found ?? { text, made, at };
    kept.at = at;
    this.kept.delete(kept.text);
    this.kept.set(kept.text, kept);
    if (!found) this.dropStale(at);
    return made;
  }

  private dropStale(now: number): void {
    const { most, idle } = this.ports;
    for (const { text, at } of this.kept.values()) {
      if (this.kept.size <= most && now - at < idle) return;
      this.kept.delete(text);
    }
  }
}
