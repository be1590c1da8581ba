import type { Platform } from '../../widget/runtime/ports.ts';

/** Time that moves when a test moves it. */
export class FakePlatform implements Platform {
  time: number;
  private readonly timers = new Set<{ readonly at: number; readonly run: () => void }>();

  constructor(time: number) {
    this.time = time;
  }

  readonly now = () => this.time;
  readonly random = () => 0.5;
  readonly randomId = () => 'r'.repeat(22);
  readonly after = (ms: number, run: () => void) => {
    const timer = { at: this.time + ms, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  };

  /** Runs what falls due within so many ms, in its order. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const [next] = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.run();
    }
    this.time = end;
  }
}
