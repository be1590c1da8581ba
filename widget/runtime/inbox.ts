import type { Author, EntryFrame, Frame } from '../../protocol/frames.ts';
import { isEntryFrame } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import type { Via } from '../core/events.ts';
import { nextTask } from './next-task.ts';
import type { PayloadCipher } from './ports.ts';
import type { Verdict } from './trust.ts';

type Item =
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'act'; readonly act: () => Promise<void> | void };

/**
 * Entries whose signatures are checked before the page has its turn. Chromium checks them at once, on the page's own
 * thread, in some 0.1 ms each.
 */
const CHECKED_AT_ONCE = 50;

export type Open = PayloadCipher['open'];

export interface InboxOptions {
  /** Whose an entry is, if it is what they signed. */
  check(frame: EntryFrame): Promise<Verdict>;
  /** In an encrypted room: what it says. */
  readonly open?: Open | undefined;
  entries(via: Via, frames: readonly EntryFrame[]): void;
  control(via: Via, frame: Exclude<Frame, EntryFrame>): void;
  /** A link brings more than anyone who means well sends; this frame is dropped. */
  flooded(replica: ReplicaId): void;
  /** Entries are dropped that nobody known has signed. `forged`: those that were altered or made up for certain. */
  dropped(via: Via, count: number, forged: number): void;
}

/** Items of a link that may wait: a full catch-up is some hundred frames. The relay bounds what it sends itself. */
const WAITING = 5_000;

/** Checks what one path brings and hands it on in the order it came, entries that come together as one batch. */
export class Inbox {
  readonly #via: Via;
  readonly #options: InboxOptions;
  #items: Item[] = [];
  /** How many at the start of `#items` are done with. */
  #done = 0;
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

  /** Whether nothing waits behind what is being handled. */
  isLast(): boolean {
    return this.#items.length === this.#done;
  }

  #add(item: Item): void {
    const waiting = this.#items.length - this.#done;
    if (this.#via !== 'relay' && item.type === 'frame' && waiting >= WAITING) return this.#options.flooded(this.#via);
    this.#items.push(item);
    if (!this.#running) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#running = true;
    // One turn of the microtask queue lets a batch that one WebSocket frame brought come together.
    await Promise.resolve();
    try {
      for (let next = this.#items[this.#done]; next; next = this.#items[this.#done]) {
        if (next.type === 'frame' && isEntryFrame(next.frame)) {
          await this.#takeEntries();
          continue;
        }
        this.#pass(1);
        if (next.type === 'act') await next.act();
        else if (!isEntryFrame(next.frame)) await this.#takeControl(next.frame);
      }
    } finally {
      this.#running = false;
    }
  }

  async #takeEntries(): Promise<void> {
    const frames: EntryFrame[] = [];
    for (let i = this.#done; i < this.#items.length; i += 1) {
      const item = this.#items[i];
      if (item?.type !== 'frame' || !isEntryFrame(item.frame)) break;
      frames.push(item.frame);
    }
    this.#pass(frames.length);
    const genuine = await this.#genuine(frames);
    if (genuine.length > 0) this.#options.entries(this.#via, genuine);
  }

  /** Lets go of the first items, and of their room once that is half of all. */
  #pass(count: number): void {
    this.#done += count;
    if (this.#done * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#done);
    this.#done = 0;
  }

  async #takeControl(frame: Exclude<Frame, EntryFrame>): Promise<void> {
    if (frame.kind !== 'entries' && frame.kind !== 'proof') return this.#options.control(this.#via, frame);
    this.#options.control(this.#via, { ...frame, entries: await this.#genuine(frame.entries) });
  }

  #genuine(frames: readonly EntryFrame[]): Promise<readonly EntryFrame[]> {
    const { dropped } = this.#options;
    return genuineAmong(frames, this.#options, (count, forged) => dropped(this.#via, count, forged));
  }
}

/**
 * The entries among these that are what their authors signed, with the author that their certificate names; checked some at
 * a time between the page's own tasks.
 */
export async function genuineAmong(
  frames: readonly EntryFrame[],
  { check, open }: Pick<InboxOptions, 'check' | 'open'>,
  dropped: (count: number, forged: number) => void,
): Promise<readonly EntryFrame[]> {
  const genuine: EntryFrame[] = [];
  let forged = 0;
  for (let from = 0; from < frames.length; from += CHECKED_AT_ONCE) {
    if (from > 0) await nextTask();
    const some = frames.slice(from, from + CHECKED_AT_ONCE);
    const verdicts = await Promise.all(some.map((frame) => check(frame)));
    const opened =
      open && (await Promise.all(some.map(({ entry }, i) => (isAuthor(verdicts[i]) ? open(entry) : undefined))));
    for (const [i, frame] of some.entries()) {
      const verdict = verdicts[i];
      const says = opened?.[i];
      if (isAuthor(verdict)) genuine.push({ ...frame, author: verdict, ...(says ? { opened: says } : {}) });
      else if (verdict === 'forged') forged += 1;
    }
  }
  if (genuine.length < frames.length) dropped(frames.length - genuine.length, forged);
  return genuine;
}

function isAuthor(verdict: Verdict | undefined): verdict is Author {
  return typeof verdict === 'object';
}
