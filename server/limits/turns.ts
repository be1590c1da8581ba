/** ms after its hint until which a refused entry is waited for: its author may have given it up. */
const WAITED_FOR = 10_000;

interface Refused {
  readonly seq: number;
  readonly until: number;
}

/**
 * Which entries of a member would overtake one that was refused before them. On a busy relay what a member had under way may
 * be looked at only after its bucket has opened again; it must not pass then, with those before it still to come.
 */
export class Turns {
  private readonly refused = new WeakMap<object, Refused>();

  isEarly(member: object, seq: number, now: number): boolean {
    const first = this.refused.get(member);
    return first !== undefined && seq > first.seq && now < first.until;
  }

  /** @param retryAfter ms, as its author was told */
  noteRefused(member: object, seq: number, now: number, retryAfter: number): void {
    const first = this.refused.get(member);
    const least = first && now < first.until ? Math.min(first.seq, seq) : seq;
    this.refused.set(member, { seq: least, until: now + retryAfter + WAITED_FOR });
  }

  notePassed(member: object, seq: number): void {
    const first = this.refused.get(member);
    if (first && seq <= first.seq) this.refused.delete(member);
  }
}
