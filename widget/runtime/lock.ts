/** How long to wait for a page that is just going away to let go of its lock, ms. */
const WAIT = 200;

/** A Web Lock that this page holds until it lets go or ends. */
export interface Lock {
  release(): void;
  /** Resolves when another tab has taken it by force. */
  readonly lost: Promise<unknown>;
}

/** How to ask for a lock: if it is free, until when to wait for it, or by taking it from whoever has it. */
export type LockRequest = Pick<LockOptions, 'ifAvailable' | 'signal' | 'steal'>;

/**
 * Holds a Web Lock: of all tabs of one browser profile only its holder speaks as the stored replica. False where another
 * tab holds it all the while, undefined where there are no locks.
 */
export async function holdLock(name: string, request?: LockRequest): Promise<Lock | false | undefined> {
  if (!navigator.locks) return undefined;
  if (request) return ask(name, request);
  // Not waiting alone: a slow browser may take longer to say that the lock is free.
  const free = await ask(name, { ifAvailable: true });
  return free === false ? ask(name, { signal: timeout() }) : free;
}

function ask(name: string, request: LockRequest): Promise<Lock | false | undefined> {
  return new Promise((resolve) => {
    const hold = (lock: unknown) =>
      new Promise<void>((release) => {
        resolve(lock !== null && { release, lost: new Promise((lost) => asked.catch(lost)) });
        if (lock === null) release();
      });
    const asked: Promise<unknown> = navigator.locks.request(name, request, hold);
    // What did not end by its signal is a SecurityError, in a sandboxed frame.
    asked.catch(() => resolve(request.signal?.aborted ? false : undefined));
  });
}

function timeout(): AbortSignal {
  const waiting = new AbortController();
  setTimeout(() => waiting.abort(), WAIT);
  return waiting.signal;
}
