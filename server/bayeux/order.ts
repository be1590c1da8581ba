import type { Publication } from '../rooms/publication.ts';

const NOTHING: Promise<void> = Promise.resolve();

/**
 * The order in which a session's messages are acted on: each when those before it have been. Publications overlap as far
 * as their order is kept all the same: each begins when those before it have begun, and one that `follows` is finished
 * without waiting for their answers. Answers come in order.
 */
export class Order {
  /** Settles when what came before has begun. */
  private begun = NOTHING;
  /** Settles when what came before is at least being finished. */
  private finishing = NOTHING;
  /** Settles when what came before is answered. */
  private answered = NOTHING;

  /** Acts when all before is done; what comes after waits for it. */
  whole<T>(act: () => Promise<T>): Promise<T> {
    const acted = this.apart(act);
    this.answered = quiet(acted);
    this.begun = this.answered;
    this.finishing = this.answered;
    return acted;
  }

  /** Acts when all before is done; nobody waits for it. */
  apart<T>(act: () => Promise<T>): Promise<T> {
    return this.answered.then(act);
  }

  /** Begins a publication and finishes it, each in its turn. */
  publish<T>(begin: () => Publication, finish: (publication: Publication) => Promise<T>): Promise<T> {
    const { finishing, answered } = this;
    const begun = this.begun.then(begin);
    const asked = ask(begun, { finishing, answered }, finish);
    const answer = asked.then(async ({ finished }) => {
      const [outcome] = await Promise.all([finished, answered]);
      return outcome;
    });
    this.begun = quiet(begun);
    this.finishing = quiet(asked);
    this.answered = quiet(answer);
    return answer;
  }
}

/** Calls `finish` in its turn. What that gives is wrapped, so as not to be waited for. */
async function ask<T>(
  begun: Promise<Publication>,
  before: { readonly finishing: Promise<void>; readonly answered: Promise<void> },
  finish: (publication: Publication) => Promise<T>,
): Promise<{ readonly finished: Promise<T> }> {
  const publication = await begun;
  await publication.ready;
  await (publication.follows ? before.finishing : before.answered);
  return { finished: finish(publication) };
}

/**
 * Settles with it. Whoever sent what failed is told so; what comes after goes on. What it brings is not kept: a session
 * would hold its last message and the answer to it until the next one.
 */
function quiet(promise: Promise<unknown>): Promise<void> {
  return promise.then(
    () => undefined,
    () => undefined,
  );
}
