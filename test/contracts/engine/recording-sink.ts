import type { Delivery, Sink } from '../../../server/engines/engine.ts';

/** Keeps the frames that an engine writes. */
export class RecordingSink implements Sink {
  readonly frames: Buffer[] = [];

  write(frame: Buffer): void {
    this.frames.push(frame);
  }

  data(): readonly unknown[] {
    return this.frames.flatMap((frame) => {
      const head = (frame[1] ?? 0) < 126 ? 2 : frame[1] === 126 ? 4 : 10;
      return (JSON.parse(frame.subarray(head).toString()) as readonly Delivery[]).map(({ data }) => data);
    });
  }
}
