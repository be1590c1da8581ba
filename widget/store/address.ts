/** Whether a visitor hides the own address, for all rooms of a relay: those of one profile know it at once in every tab. */
export interface AddressChoice {
  isHidden(): boolean;
  set(hidden: boolean): void;
  /** Calls back when another tab has set it; returns its unsubscribe. */
  watch(changed: () => void): () => void;
}

const HIDDEN = 'hidden';

/** The choice of one profile. Where the browser keeps nothing it lives as long as the room is open. */
export function addressChoice(relay: string, profile: string): AddressChoice {
  const key = `natter/${relay}/${encodeURIComponent(profile)}/address`;
  let hidden = read(key);
  return {
    isHidden: () => hidden,
    set(next) {
      hidden = next;
      try {
        if (next) localStorage.setItem(key, HIDDEN);
        else localStorage.removeItem(key);
      } catch {
        // Private mode, or blocked: the switch holds for this page.
      }
    },
    watch(changed) {
      const ended = new AbortController();
      const hear = (event: StorageEvent) => {
        if (event.key !== key) return;
        hidden = event.newValue === HIDDEN;
        changed();
      };
      window.addEventListener('storage', hear, { signal: ended.signal });
      return () => ended.abort();
    },
  };
}

function read(key: string): boolean {
  try {
    return localStorage.getItem(key) === HIDDEN;
  } catch {
    return false; // SecurityError
  }
}
