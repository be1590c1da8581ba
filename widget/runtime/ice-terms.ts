import type { IceServer } from '../../protocol/join.ts';
import type { Platform } from './ports.ts';

/** Servers are asked for anew so long before their credentials end: an attempt that begins with them may take a while, ms. */
const BEFORE = 60_000;
/** An answer that has not come by then is asked for again, ms. */
const AGAIN = 30_000;

/** By which servers links may be opened now, and whether they may show this visitor's address. */
export class IceTerms {
  readonly #platform: Platform;
  readonly #renew: () => void;
  #servers: readonly IceServer[] = [];
  #until = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  /** Links go through TURN servers alone. */
  relayOnly: boolean;

  /** @param renew asks the relay for servers anew */
  constructor(platform: Platform, relayOnly: boolean, renew: () => void) {
    this.#platform = platform;
    this.relayOnly = relayOnly;
    this.#renew = renew;
  }

  get servers(): readonly IceServer[] {
    return this.#servers;
  }

  /** Where the address is hidden there are no links but by TURN. */
  get mayLink(): boolean {
    return !this.relayOnly || this.#servers.some(isTurn);
  }

  /** Whether credentials have ended, or are about to: the page may have slept. */
  get isStale(): boolean {
    return this.#platform.now() > this.#until - BEFORE / 2;
  }

  /** @param lasts how long they may be used from now on, ms; undefined: without end */
  learn(servers: readonly IceServer[], lasts: number | undefined): void {
    this.#servers = servers;
    this.#until = this.#platform.now() + (lasts ?? Number.POSITIVE_INFINITY);
    this.#cancel?.();
    if (lasts !== undefined) this.#renewAfter(Math.max(AGAIN, lasts - BEFORE));
  }

  stop(): void {
    this.#cancel?.();
  }

  #renewAfter(ms: number): void {
    this.#cancel = this.#platform.after(ms, () => {
      this.#renewAfter(AGAIN);
      this.#renew();
    });
  }
}

function isTurn({ urls }: IceServer): boolean {
  return [urls].flat().some((url) => url.startsWith('turn'));
}
