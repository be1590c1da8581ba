/** How long to wait for a page that is just going away to let go of its lock, ms. */
const WAIT = 200;

/** A Web Lock that this page holds until it lets go or ends. */
export interface Lock {
  release(): void;
  /** Resolves when another tab has taken it by force. */
  readonly lost: Promise<unknown>;
}

/** How to ask for a lock: until when to wait for it, or by taking it from whoever has it. */
export type LockRequest = Pick<LockOptions, 'signal' | 'steal'>;

/**
 * Holds a Web Lock: of all tabs of one browser profile only its holder speaks as the stored replica. False where another
 * tab holds it all the while, undefined where there are no locks.
 */
export async function holdLock(
  name: string,
  request: LockRequest = { signal: timeout() },
): Promise<Lock | false | undefined> {
  if (!navigator.locks) return undefined;
  return new Promise((resolve) => {
    const asked: Promise<unknown> = navigator.locks.request(
      name,
      request,
      () => new Promise<void>((release) => resolve({ release, lost: new Promise((lost) => asked.catch(lost)) })),
    );
    // AbortError: the wait is over. SecurityError: a sandboxed frame.
    asked.catch(({ name: reason }: DOMException) => resolve(reason === 'AbortError' ? false : undefined));
  });
}

function timeout(): AbortSignal {
  const waiting = new AbortController();
  setTimeout(() => waiting.abort(), WAIT);
  return waiting.signal;
}
