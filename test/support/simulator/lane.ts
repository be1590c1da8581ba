import type { Timeline } from './timeline.ts';

/** Chances, drawn anew for each frame. */
export interface Noise {
  /** A frame is lost and the path lives on. */
  drop: number;
  /** A frame comes twice. */
  duplicate: number;
}

export interface LaneOptions {
  readonly time: Timeline;
  readonly random: () => number;
  readonly noise: Noise;
  /** Whether frames may vanish from a living lane: a WebSocket or a DataChannel loses a tail only, a poll anything. */
  readonly leaky: boolean;
}

/** Longest way of a frame, ms, and that on one path in eight. */
const SLOWEST = 80;
const CRAWLING = 1_000;

/**
 * One direction of one path. Keeps its order while it is up; held back while blocked; when it breaks, what is under way
 * from some point on is lost.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #slowest: number;
  #held: (() => void)[] = [];
  #lastAt = 0;
  /** Frames that would come after this instant are lost. */
  #endsAt = Number.POSITIVE_INFINITY;
  #blocked = false;
  /** Something vanished from it while it was up: who uses it may never hear of that before the path is replaced. */
  leaked = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#slowest = options.random() < 1 / 8 ? CRAWLING : SLOWEST;
  }

  get blocked(): boolean {
    return this.#blocked;
  }

  send(deliver: () => void): void {
    const { random, noise, leaky, time } = this.#options;
    if (time.now > this.#endsAt) return;
    if (leaky && noise.drop > 0 && random() < noise.drop) {
      this.leaked = true;
      return;
    }
    this.#plan(deliver);
    if (noise.duplicate > 0 && random() < noise.duplicate) this.#plan(deliver);
  }

  block(blocked: boolean): void {
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    if (blocked) return;
    const held = this.#held;
    this.#held = [];
    for (const deliver of held) this.#plan(deliver);
  }

  /** Nothing sent from now on arrives; of what is under way, what would come within `ms` still does. */
  end(ms: number): void {
    this.#endsAt = Math.min(this.#endsAt, this.#options.time.now + ms);
  }

  #plan(deliver: () => void): void {
    const { time, random } = this.#options;
    const at = Math.max(time.now + 1 + random() * this.#slowest, this.#lastAt);
    this.#lastAt = at;
    time.after(at - time.now, () => {
      if (time.now > this.#endsAt) return;
      if (this.#blocked) this.#held.push(deliver);
      else deliver();
    });
  }
}
