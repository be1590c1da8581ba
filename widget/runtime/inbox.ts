import type { EntryFrame, Frame } from '../../protocol/frames.ts';
import { isEntryFrame } from '../../protocol/frames.ts';
import type { Via } from '../core/state.ts';
import { nextTask } from './next-task.ts';

type Item =
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'act'; readonly act: () => Promise<void> | void };

/**
 * Entries whose signatures are checked before the page has its turn. Chromium checks them at once, on the page's own
 * thread, in some 0.1 ms each.
 */
const CHECKED_AT_ONCE = 50;

export interface InboxOptions {
  /** Whether an entry is what its author signed. */
  isGenuine(frame: EntryFrame): Promise<boolean>;
  entries(via: Via, frames: readonly EntryFrame[]): void;
  control(via: Via, frame: Exclude<Frame, EntryFrame>): void;
}

/** Checks what one path brings and hands it on in the order it came, entries that come together as one batch. */
export class Inbox {
  readonly #via: Via;
  readonly #options: InboxOptions;
  #items: Item[] = [];
  #running = false;

  constructor(via: Via, options: InboxOptions) {
    this.#via = via;
    this.#options = options;
  }

  push(frame: Frame): void {
    this.#add({ type: 'frame', frame });
  }

  /** Runs `act` after everything that came before it. */
  run(act: () => Promise<void> | void): void {
    this.#add({ type: 'act', act });
  }

  #add(item: Item): void {
    this.#items.push(item);
    if (!this.#running) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#running = true;
    // One turn of the microtask queue lets a batch that one WebSocket frame brought come together.
    await Promise.resolve();
    try {
      while (this.#items.length > 0) {
        const [first, ...rest] = this.#items;
        if (first?.type === 'act') {
          this.#items = rest;
          await first.act();
        } else if (first && !isEntryFrame(first.frame)) {
          this.#items = rest;
          await this.#takeControl(first.frame);
        } else await this.#takeEntries();
      }
    } finally {
      this.#running = false;
    }
  }

  async #takeEntries(): Promise<void> {
    const frames: EntryFrame[] = [];
    for (const item of this.#items) {
      if (item.type !== 'frame' || !isEntryFrame(item.frame)) break;
      frames.push(item.frame);
    }
    this.#items = this.#items.slice(frames.length);
    const genuine = await this.#genuine(frames);
    if (genuine.length > 0) this.#options.entries(this.#via, genuine);
  }

  async #takeControl(frame: Exclude<Frame, EntryFrame>): Promise<void> {
    if (frame.kind !== 'entries') return this.#options.control(this.#via, frame);
    this.#options.control(this.#via, { ...frame, entries: await this.#genuine(frame.entries) });
  }

  async #genuine(frames: readonly EntryFrame[]): Promise<readonly EntryFrame[]> {
    const genuine: EntryFrame[] = [];
    for (let from = 0; from < frames.length; from += CHECKED_AT_ONCE) {
      if (from > 0) await nextTask();
      const some = frames.slice(from, from + CHECKED_AT_ONCE);
      const verdicts = await Promise.all(some.map((frame) => this.#options.isGenuine(frame)));
      genuine.push(...some.filter((_, i) => verdicts[i]));
    }
    return genuine;
  }
}
