export interface PageEvents {
  online(online: boolean): void;
  /** The page was shown or hidden. */
  visible(): void;
  leaving(): void;
  /** Back from the back/forward cache. */
  returned(): void;
}

/** Watches the page a room lives in; returns its end. */
export function watchPage(events: PageEvents): () => void {
  const ended = new AbortController();
  const listen = (target: EventTarget, type: string, act: (event: Event) => void) =>
    target.addEventListener(type, act, { signal: ended.signal });
  listen(window, 'online', () => events.online(true));
  listen(window, 'offline', () => events.online(false));
  listen(document, 'visibilitychange', events.visible);
  listen(window, 'pagehide', events.leaving);
  listen(window, 'pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) events.returned();
  });
  return () => ended.abort();
}
