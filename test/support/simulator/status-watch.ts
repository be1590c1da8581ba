import { rowsOf } from '../../../widget/core/rows.ts';
import type { State } from '../../../widget/core/state.ts';
import type { MessageView, Status } from '../../../widget/core/view.ts';
import type { Watch } from './watch.ts';

const RANK: Readonly<Record<Status, number>> = { failed: -1, queued: 0, sent: 1, delivered: 2, read: 3 };

/** Sees every status that a visitor could see, and complains when one goes back or a message stands there twice. */
export class StatusWatch {
  readonly #watch: Watch;
  readonly #name: string;
  readonly #statuses = new Map<string, Status>();
  #rows: readonly MessageView[] = [];

  constructor(watch: Watch, name: string) {
    this.#watch = watch;
    this.#name = name;
  }

  /** A page that starts anew shows what its storage holds. */
  startOver(): void {
    this.#statuses.clear();
    this.#rows = [];
  }

  /** Statuses come from these parts of the state and my own entries; looking at all each time would take too long. */
  look(before: State, after: State): void {
    if (before.outbox === after.outbox && before.receipts === after.receipts && before.self === after.self) return;
    const order = after.log.order.filter(({ entry }) => entry.replica === after.self);
    this.#rows = rowsOf({ ...after, log: { ...after.log, order } }, this.#rows);
    const keys = new Set<string>();
    for (const { key, status } of this.#rows) {
      if (keys.has(key)) this.#watch.complain(`${this.#name} shows ${key} twice`);
      keys.add(key);
      if (status) this.#note(key, status);
    }
  }

  #note(key: string, status: Status): void {
    const before = this.#statuses.get(key);
    this.#statuses.set(key, status);
    // A failure, its own or that of an edit, can come at any time; a retry starts over from it.
    if (!before || before === 'failed' || status === 'failed') return;
    if (RANK[status] < RANK[before] && !this.#watch.isRefuted(key))
      this.#watch.complain(`${this.#name}: the status of ${key} went from ${before} to ${status}`);
  }
}
