import type { ReplicaId } from '../../../protocol/ids.ts';
import type { Meta, StoreChange } from '../../../widget/core/effects.ts';
import type { Logged } from '../../../widget/core/log.ts';
import type { Outgoing } from '../../../widget/core/outbox.ts';
import type { Snapshot } from '../../../widget/core/state.ts';
import { snapshotOf } from '../../../widget/store/snapshot.ts';

type Change = StoreChange | { readonly type: 'identity'; readonly replica: ReplicaId };

/** One transaction. A strict one survives a power cut, and with it all before it. */
interface Write {
  readonly changes: readonly Change[];
  readonly strict: boolean;
}

/** What one browser profile holds on disk, with all its pasts, so that any of them can come back. */
export class Disk {
  #journal: Write[] = [];
  #identity: ReplicaId | undefined;
  #meta: Meta | undefined;
  #entries = new Map<string, Logged>();
  #outbox = new Map<string, Outgoing>();
  /** Quota is used up, or the profile is read-only: writes fail from now on. */
  failing = false;

  get identity(): ReplicaId | undefined {
    return this.#identity;
  }

  get entries(): ReadonlyMap<string, Logged> {
    return this.#entries;
  }

  get outbox(): ReadonlyMap<string, Outgoing> {
    return this.#outbox;
  }

  write(changes: readonly Change[], strict: boolean): boolean {
    if (this.failing) return false;
    this.#journal.push({ changes, strict });
    for (const change of changes) this.#apply(change);
    return true;
  }

  load(): Snapshot | undefined {
    return snapshotOf(this.#meta, [...this.#entries.values()], [...this.#outbox.values()]);
  }

  /** Power fails: relaxed writes since the last strict one may be gone, the newest first. */
  cutPower(random: number): void {
    const strict = this.#journal.findLastIndex((write) => write.strict) + 1;
    this.#goBackTo(strict + Math.round((this.#journal.length - strict) * random));
  }

  /** Some earlier state comes back: a restored profile, a copied one, writes that never reached the disk. */
  rollBack(random: number): void {
    this.#goBackTo(Math.floor(this.#journal.length * random));
  }

  wipe(): void {
    this.#goBackTo(0);
  }

  #goBackTo(length: number): void {
    const kept = this.#journal.slice(0, length);
    this.#journal = kept;
    this.#identity = undefined;
    this.#meta = undefined;
    this.#entries = new Map();
    this.#outbox = new Map();
    for (const { changes } of kept) for (const change of changes) this.#apply(change);
  }

  #apply(change: Change): void {
    switch (change.type) {
      case 'identity':
        this.#identity = change.replica;
        break;
      case 'meta':
        this.#meta = change.meta;
        break;
      case 'entries':
        for (const logged of change.entries) this.#entries.set(logged.entry.id, logged);
        break;
      case 'withdrawn':
        this.#entries.delete(change.entry.id);
        break;
      case 'outgoing':
        for (const item of change.items) this.#outbox.set(item.draft, item);
        break;
      case 'settled':
        for (const draft of change.drafts) this.#outbox.delete(draft);
    }
  }
}
