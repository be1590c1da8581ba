import type { Certificate } from '../../protocol/certificate.ts';
import type { Platform } from './ports.ts';

/** A certificate is renewed so long before its end, ms: the latest, and by how much some are earlier than others. */
const BEFORE = { least: 120_000, spread: 180_000 } as const;
/** An answer that has not come by then is asked for again, ms. */
const AGAIN = 30_000;

/** Has certificates renewed before they end, those of members who came together not all at once. */
export class RenewalTimer {
  readonly #platform: Platform;
  readonly #renew: () => void;
  #cancel: (() => void) | undefined;

  constructor(platform: Platform, renew: () => void) {
    this.#platform = platform;
    this.#renew = renew;
  }

  /** @param ahead the relay's clock minus this one, ms */
  certified({ from, until }: Certificate, ahead: number): void {
    const { random, now } = this.#platform;
    const before = Math.min(BEFORE.least + BEFORE.spread * random(), (until - from) / 2);
    this.#after(Math.max(AGAIN, until - before - ahead - now()));
  }

  stop(): void {
    this.#cancel?.();
  }

  #after(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#platform.after(ms, () => {
      this.#renew();
      this.#after(AGAIN);
    });
  }
}
