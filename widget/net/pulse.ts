import type { Platform } from '../runtime/ports.ts';

/** ms. */
export interface PulsePolicy {
  /** How often a sign of life is asked for, where it is given. */
  readonly every: number;
  /** How soon again where it is not. */
  readonly again: number;
  /** How long the other side may be silent. */
  readonly deadAfter: number;
}

export interface PulseListener {
  /** Ask the other side for a sign of life; anything it sends is one. */
  ask(): void;
  /** It has fallen silent. Once. */
  dead(): void;
}

/** How long a question may go unanswered on a page that has slept through the rest of the time, ms. */
const LAST_CALL = 1_000;

/** Notices that the other side of a connection has gone, which neither TCP nor ICE says in time. */
export class Pulse {
  readonly #policy: PulsePolicy;
  readonly #platform: Platform;
  readonly #listener: PulseListener;
  #heardAt = 0;
  /** Questions since then. */
  #unanswered = 0;
  #cancel: (() => void) | undefined;

  constructor(policy: PulsePolicy, platform: Platform, listener: PulseListener) {
    this.#policy = policy;
    this.#platform = platform;
    this.#listener = listener;
  }

  /** Begins with a question, unless it has begun. */
  start(): void {
    if (this.#cancel) return;
    this.heard();
    this.#beat();
  }

  heard(): void {
    this.#heardAt = this.#platform.now();
    this.#unanswered = 0;
  }

  /** Asks now, and takes silence for death after `withinMs`; before `start` and after `stop` it does nothing. */
  probe(withinMs: number): void {
    if (!this.#cancel) return;
    const askedAt = this.#platform.now();
    this.#wake(withinMs, () => this.#heardAt < askedAt);
    this.#listener.ask();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #beat(): void {
    const { again, deadAfter } = this.#policy;
    this.#unanswered += 1;
    const left = this.#heardAt + deadAfter - this.#platform.now();
    // A page that was throttled or asleep wakes late: silence counts only once it has outlived two questions.
    const isSilent = () => this.#unanswered > 1 && this.#platform.now() - this.#heardAt >= deadAfter;
    this.#wake(left > 0 ? Math.min(again, left) : LAST_CALL, isSilent);
    this.#listener.ask(); // last, as it may stop this
  }

  #wake(ms: number, isDead: () => boolean): void {
    this.#cancel?.();
    this.#cancel = this.#platform.after(ms, () => {
      if (isDead()) this.#listener.dead();
      else if (this.#unanswered > 0) this.#beat();
      else this.#rest();
    });
  }

  /** The last question was answered. */
  #rest(): void {
    const { every, again } = this.#policy;
    if (every <= again) return this.#beat();
    this.#cancel = this.#platform.after(every - again, () => this.#beat());
  }
}
