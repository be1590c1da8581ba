import type { Entry } from '../../../protocol/entry.ts';
import type { Author, EntryFrame } from '../../../protocol/frames.ts';
import { addSeq, type Have, type HaveRecord, hasSeq, type Ranges } from '../../../protocol/have.ts';
import type { ReplicaId } from '../../../protocol/ids.ts';
import type { Cursor } from '../../../protocol/join.ts';

/** Entries in one answer: few, so that a short schedule turns many pages. */
const PAGE = 12;
/** What a newcomer gets at once; older ones it asks for when its visitor does. */
const FIRST_PAGE = 200;

export type Appended = 'appended' | 'known' | 'conflict';

/** The relay's copy of the log as the wire promises it: each replica's number once, offsets without a gap. */
export class RelayLog {
  readonly epoch: string;
  /** Newest entries kept; 0: history is off, and only what has passed is remembered. */
  readonly keeps: number;
  #frames: EntryFrame[] = [];
  #offset = 0;
  readonly #have = new Map<ReplicaId, Ranges>();

  constructor(epoch: string, keeps: number) {
    this.epoch = epoch;
    this.keeps = keeps;
  }

  get frames(): readonly EntryFrame[] {
    return this.#frames;
  }

  get offset(): number {
    return this.#offset;
  }

  get floor(): number {
    return this.#frames[0]?.offset ?? this.#offset + 1;
  }

  append(entry: Entry, author: Author): { readonly outcome: Appended; readonly frame: EntryFrame } {
    if (this.keeps === 0) return { outcome: 'appended', frame: { v: 1, entry, author } };
    const known = this.#frames.find((frame) => frame.entry.replica === entry.replica && frame.entry.seq === entry.seq);
    if (known) return { outcome: known.entry.id === entry.id ? 'known' : 'conflict', frame: known };
    if (hasSeq(this.#have.get(entry.replica), entry.seq)) return { outcome: 'known', frame: { v: 1, entry, author } };
    this.#have.set(entry.replica, addSeq(this.#have.get(entry.replica), entry.seq));
    this.#offset += 1;
    const frame: EntryFrame = { v: 1, entry, author, epoch: this.epoch, offset: this.#offset };
    this.#frames = [...this.#frames, frame].slice(-this.keeps);
    return { outcome: 'appended', frame };
  }

  matches({ epoch, offset, id }: Cursor): boolean {
    return epoch === this.epoch && this.#frames.some((frame) => frame.offset === offset && frame.entry.id === id);
  }

  after(offset: number) {
    const all = this.#frames.filter((frame) => (frame.offset ?? 0) > offset);
    return { entries: all.slice(0, PAGE), more: all.length > PAGE };
  }

  before(offset: number) {
    const all = this.#frames.filter((frame) => (frame.offset ?? 0) < offset);
    return { entries: all.slice(-PAGE), more: all.length > PAGE };
  }

  /** The newest entries that a copy with this `have` lacks. */
  lackedBy(have: Have) {
    const all = this.#frames.filter(({ entry }) => !hasSeq(have.get(entry.replica), entry.seq));
    const size = have.size === 0 ? FIRST_PAGE : PAGE;
    return { entries: all.slice(-size), more: all.length > size };
  }

  have(replicas: Iterable<ReplicaId>): HaveRecord {
    const record: Record<string, Ranges> = {};
    for (const replica of replicas) {
      const ranges = this.#have.get(replica);
      if (ranges) record[replica] = ranges;
    }
    return record;
  }
}
