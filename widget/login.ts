import type { TokenSource } from './runtime/ports.ts';

/** Gives the visitor's token, a new one each time it is asked; null or nothing: nobody is logged in. */
export type GetToken = () => Promise<string | null | undefined>;

/** How long a page may take to give a token, ms. */
const PATIENCE = 20_000;

/**
 * What the page says of who its visitor is. The user's id is read from a JWT without checking it: the relay does that, and
 * here it only keeps the storage of one user from another's. `null`: a guest; empty: somebody whose token can't be read.
 */
export class Login implements TokenSource {
  readonly #onUser: () => void;
  readonly #watchers = new Set<() => void>();
  #token: string | undefined;
  #get: GetToken | undefined;
  #asked = false;
  #asking: Promise<string | undefined> | undefined;

  /** @param onUser called when the page has named another user than before */
  constructor(onUser: () => void) {
    this.#onUser = onUser;
  }

  /** Undefined while the page has not been asked. */
  get user(): string | null | undefined {
    if (this.#token === undefined) return this.#get && !this.#asked ? undefined : null;
    const { sub } = claimsOf(this.#token);
    return typeof sub === 'string' ? sub : '';
  }

  get name(): string | undefined {
    const { name } = claimsOf(this.#token ?? '');
    return typeof name === 'string' && name.trim() ? name : undefined;
  }

  /** A token, a way to get one, or nothing any more. */
  set(source: string | GetToken | undefined): void {
    if (typeof source === 'function') this.#get = source;
    else this.#token = source || undefined;
    if (source === undefined) this.#get = undefined;
    this.#asked = false;
    this.#asking = undefined;
    for (const watcher of this.#watchers) watcher();
  }

  async token(refused?: string): Promise<string | undefined> {
    const holds = this.#token === undefined ? this.#asked && refused === undefined : this.#token !== refused;
    return !this.#get || holds ? this.#token : this.renew();
  }

  /** Those who ask at the same time are given the same. */
  renew(): Promise<string | undefined> {
    if (!this.#asking) {
      const asking = this.#ask().finally(() => {
        if (this.#asking === asking) this.#asking = undefined;
      });
      this.#asking = asking;
    }
    return this.#asking;
  }

  /** The same, for as long as the visitor is who it is now: nobody speaks with another's token. */
  bound(): TokenSource {
    const { user } = this;
    const check = (token: string | undefined) => {
      if (this.user !== user) throw new Error('another user');
      return token;
    };
    return {
      token: (refused) => this.token(refused).then(check),
      renew: () => this.renew().then(check),
      watch: (changed) => this.watch(changed),
    };
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  async #ask(): Promise<string | undefined> {
    const get = this.#get;
    if (!get) return this.#token;
    const token = await inTime(get);
    if (this.#get !== get) return this.#token; // the page has said something else meanwhile
    const before = this.user;
    this.#token = token;
    this.#asked = true;
    if (this.user !== before) this.#onUser();
    return token;
  }
}

async function inTime(get: GetToken): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(reject, PATIENCE, new Error('no token'));
  });
  const token = await Promise.race([Promise.resolve().then(get), late]).finally(() => clearTimeout(timer));
  return token || undefined;
}

/** What stands in a JWT (RFC 7519), unchecked; nothing where it is none. */
function claimsOf(token: string): { readonly sub?: unknown; readonly name?: unknown } {
  try {
    const bytes = atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'));
    return Object(JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))));
  } catch {
    return {}; // an opaque token
  }
}
