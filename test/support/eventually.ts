import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 10;

/** Tries an assertion until it holds, and returns what it returns; after the deadline its last error is thrown. */
export async function eventually<T>(assertion: () => T | Promise<T>, deadlineMs: number = 5_000): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= end) throw error;
    }
    await wait(POLL_MS);
  }
}

/** The value of a promise, or an error that names what did not come in time. */
export async function within<T>(promise: Promise<T>, deadlineMs: number, what: string): Promise<T> {
  const done = new AbortController();
  const late = wait(deadlineMs, undefined, { signal: done.signal }).then(() => {
    throw new Error(`${what}: not within ${deadlineMs} ms`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => undefined);
    done.abort();
  }
}
