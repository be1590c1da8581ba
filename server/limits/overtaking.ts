/** ms after its hint until which a refused entry is waited for: its author may have given it up. */
const WAITED_FOR = 10_000;

/** What is known of a member's entries, by their numbers. */
interface Course {
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
export class Overtaking {
  private readonly courses = new WeakMap<object, Course>();

  isEarly(member: object, seq: number, now: number): boolean {
    const course = this.courses.get(member);
    return course?.refused !== undefined && seq > course.refused && now < course.until;
  }

  /** @param retryAfter ms, as its author was told */
  noteRefused(member: object, seq: number, now: number, retryAfter: number): void {
    const course = this.of(member);
    const isAhead = course.refused !== undefined && now < course.until && seq > course.refused;
    if (isAhead || seq <= course.passed) return;
    course.refused = seq;
    course.until = now + retryAfter + WAITED_FOR;
  }

  notePassed(member: object, seq: number): void {
    const course = this.of(member);
    course.passed = Math.max(course.passed, seq);
    if (course.refused !== undefined && seq <= course.refused) course.refused = undefined;
  }

  private of(member: object): Course {
    const known = this.courses.get(member);
    if (known) return known;
    const course: Course = { passed: 0, refused: undefined, until: 0 };
    this.courses.set(member, course);
    return course;
  }
}
