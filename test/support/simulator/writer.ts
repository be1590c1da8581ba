import type { EntryId } from '../../../protocol/ids.ts';
import type { Confirm, StoreChange } from '../../../widget/core/effects.ts';
import type { Disk } from './storage.ts';

/** A write takes up to this long, ms: long enough for a crash to fall into it. */
const WRITE_MS = 10;

export interface WriterOptions {
  readonly disk: Disk;
  readonly random: () => number;
  /** Runs later, unless the page has died by then. */
  readonly later: (ms: number, run: () => void) => void;
  stored(confirmed: Confirm): void;
  failed(): void;
}

/** As the runtime's writer: in order, one transaction at a time, what comes meanwhile in the next. */
export class SimulatedWriter {
  readonly #options: WriterOptions;
  #changes: StoreChange[] = [];
  #confirm = nothing();
  #writing = false;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  add(changes: readonly StoreChange[], { drafts = [], entries = [] }: Confirm = {}): void {
    this.#changes.push(...changes);
    this.#confirm.drafts.push(...drafts);
    this.#confirm.entries.push(...entries);
    if (!this.#writing) this.#write();
  }

  /** The page dies: a write under way has reached the disk, or has not. */
  crash(): void {
    const { disk, random } = this.#options;
    if (this.#writing && random() < 0.5) disk.write(this.#changes, this.#confirm.drafts.length > 0);
    this.#changes = [];
    this.#confirm = nothing();
    this.#writing = false;
  }

  #write(): void {
    const { disk, random, later, stored, failed } = this.#options;
    this.#writing = true;
    later(random() * WRITE_MS, () => {
      const [changes, confirm] = [this.#changes, this.#confirm];
      this.#changes = [];
      this.#confirm = nothing();
      this.#writing = false;
      if (!disk.write(changes, confirm.drafts.length > 0)) failed();
      if (confirm.drafts.length + confirm.entries.length > 0) stored(confirm);
      if (this.#changes.length > 0 && !this.#writing) this.#write();
    });
  }
}

function nothing(): { readonly drafts: string[]; readonly entries: EntryId[] } {
  return { drafts: [], entries: [] };
}
