/** ms after its hint until which a refused entry is waited for: its author may have given it up. */
const WAITED_FOR = 10_000;

/** What is known of a member's entries, by their numbers. */
interface Turn {
  /** The highest that passed. What comes again up to it overtakes nothing, and nothing waits for it. */
  passed: number;
  /** The lowest that was refused and has not passed since. */
  refused: number | undefined;
  /** How long it is waited for, ms. Refusals of those behind it do not make that longer: it may never come. */
  until: number;
}

/**
 * Which entries of a member would overtake one that was refused before them. On a busy relay what a member had under way may
 * be looked at only after its bucket has opened again; it must not pass then, with those before it still to come.
 */
export class Turns {
  private readonly turns = new WeakMap<object, Turn>();

  isEarly(member: object, seq: number, now: number): boolean {
    const turn = this.turns.get(member);
    return turn?.refused !== undefined && seq > turn.refused && now < turn.until;
  }

  /** @param retryAfter ms, as its author was told */
  noteRefused(member: object, seq: number, now: number, retryAfter: number): void {
    const turn = this.of(member);
    const isAhead = turn.refused !== undefined && now < turn.until && seq > turn.refused;
    if (isAhead || seq <= turn.passed) return;
    turn.refused = seq;
    turn.until = now + retryAfter + WAITED_FOR;
  }

  notePassed(member: object, seq: number): void {
    const turn = this.of(member);
    turn.passed = Math.max(turn.passed, seq);
    if (turn.refused !== undefined && seq <= turn.refused) turn.refused = undefined;
  }

  private of(member: object): Turn {
    const known = this.turns.get(member);
    if (known) return known;
    const turn: Turn = { passed: 0, refused: undefined, until: 0 };
    this.turns.set(member, turn);
    return turn;
  }
}
