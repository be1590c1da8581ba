import type { EntryId } from '../../protocol/ids.ts';
import type { Confirm, StoreChange } from '../core/effects.ts';
import type { Store } from './ports.ts';

/**
 * Writes what the core wants kept, in order, one transaction at a time; what comes meanwhile goes into the next. After
 * the first failure `failed` is called once and nothing more is written: the room goes on in memory.
 */
export class Writer {
  readonly #store: Store;
  readonly #stored: (confirmed: Required<Confirm>) => void;
  readonly #failed: () => void;
  #changes: StoreChange[] = [];
  #confirm = nothing();
  #working: Promise<void> | undefined;
  #broken = false;
  #discarded = false;

  constructor(store: Store, stored: (confirmed: Required<Confirm>) => void, failed: () => void) {
    this.#store = store;
    this.#stored = stored;
    this.#failed = failed;
  }

  /** `confirm`: what to report once these changes are written. */
  add(changes: readonly StoreChange[], { drafts = [], entries = [] }: Confirm = {}): void {
    if (this.#discarded) return;
    this.#changes.push(...changes);
    this.#confirm.drafts.push(...drafts);
    this.#confirm.entries.push(...entries);
    this.#working ??= this.#work();
  }

  /** Another tab writes this store now: what waits here is dropped, and nothing is written or confirmed any more. */
  discard(): void {
    this.#discarded = true;
    this.#changes = [];
  }

  /** Resolves when everything added so far is written. */
  async flush(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    await Promise.resolve();
    while (this.#changes.length > 0) {
      const [changes, confirm] = [this.#changes, this.#confirm];
      this.#changes = [];
      this.#confirm = nothing();
      await this.#write(lastMetaOnly(changes), confirm.drafts.length > 0);
      const asked = confirm.drafts.length + confirm.entries.length > 0;
      if (asked && !this.#discarded) this.#stored(confirm);
    }
    this.#working = undefined;
  }

  async #write(changes: readonly StoreChange[], strict: boolean): Promise<void> {
    if (this.#broken) return;
    try {
      await this.#store.write(changes, strict ? 'strict' : 'relaxed');
    } catch {
      this.#broken = true; // quota, a wiped or closed database: said once, by `failed`
      this.#failed();
    }
  }
}

function nothing(): { readonly drafts: string[]; readonly entries: EntryId[] } {
  return { drafts: [], entries: [] };
}

/** Meta is written whole each time, so only the last of a batch matters. */
function lastMetaOnly(changes: readonly StoreChange[]): readonly StoreChange[] {
  const last = changes.findLastIndex((change) => change.type === 'meta');
  return changes.filter((change, i) => change.type !== 'meta' || i === last);
}
