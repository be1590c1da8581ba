/** How long to wait for a page that is just going away to let go of its lock, ms. */
const WAIT = 400;

/**
 * Holds a Web Lock until the returned function is called or the page ends: of all tabs of one browser profile only its
 * holder speaks as the stored replica. Resolves to undefined where another tab holds it or the browser has no locks.
 */
export async function holdLock(name: string): Promise<(() => void) | undefined> {
  if (!navigator.locks) return undefined;
  return new Promise((resolve) => {
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), WAIT);
    const held = () => {
      clearTimeout(timer);
      return new Promise<void>((release) => resolve(release));
    };
    // Rejects with AbortError (another tab has it) or SecurityError (a sandboxed frame): either way it is not held.
    navigator.locks.request(name, { signal: waiting.signal }, held).catch(() => resolve(undefined));
  });
}
