import type { Signal } from '../../protocol/signals.ts';

/**
 * Lets each signal of one link session through once: simple-peer dies of a repeated description, and a peer could
 * otherwise feed it candidates for ever.
 */
export class SignalFilter {
  readonly #initiator: boolean;
  readonly #most: number;
  readonly #seen = new Set<string>();
  #candidates = 0;

  /** @param most candidates of one link session */
  constructor(initiator: boolean, most: number) {
    this.#initiator = initiator;
    this.#most = most;
  }

  admits(signal: Signal): boolean {
    if (signal.type === 'offer' && this.#initiator) return false;
    if (signal.type !== 'offer' && signal.type !== 'candidate' && !this.#initiator) return false;
    if (signal.type === 'renegotiate') return true;
    const key = signal.type === 'candidate' ? signal.candidate.candidate : signal.sdp;
    if (this.#seen.has(key)) return false;
    if (signal.type === 'candidate') this.#candidates += 1;
    if (this.#candidates > this.#most) return false;
    this.#seen.add(key);
    return true;
  }
}
