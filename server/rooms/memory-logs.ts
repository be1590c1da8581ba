import type { Entry } from '../../protocol/entry.ts';
import type { Author } from '../../protocol/frames.ts';
import type { RoomName } from '../../protocol/ids.ts';
import { Log, type LogBounds } from './log.ts';
import type { Appended, Found, Logs, Opening, Page, Request, RoomLog, Stamped } from './room-log.ts';

export interface MemoryLogsOptions {
  readonly bounds: LogBounds;
  /** Bytes that all logs may hold together. */
  readonly memory: number;
  readonly randomEpoch: () => string;
  /** A log has lost its last entry. */
  readonly onEmpty?: (room: RoomName) => void;
}

/** The logs of all rooms in this process, the longest silent first, kept within the memory that they share. */
export class MemoryLogs implements Logs {
  private readonly logs = new Map<RoomName, Log>();
  private readonly options: MemoryLogsOptions;
  private size = 0;

  constructor(options: MemoryLogsOptions) {
    this.options = options;
  }

  get bytes(): number {
    return this.size;
  }

  open(room: RoomName): RoomLog {
    const log = this.logs.get(room) ?? new Log(this.options.randomEpoch(), this.options.bounds);
    this.logs.set(room, log);
    return new MemoryLog(log, (change) => this.change(room, log, change));
  }

  keeps(room: RoomName): boolean {
    return (this.logs.get(room)?.length ?? 0) > 0;
  }

  close(room: RoomName): void {
    const log = this.logs.get(room);
    if (!log) return;
    this.size -= log.bytes;
    this.logs.delete(room);
  }

  sweep(now: number): void {
    for (const log of this.logs.values()) {
      const before = log.bytes;
      log.trim(now);
      this.size += log.bytes - before;
    }
  }

  private change<T>(room: RoomName, log: Log, change: (log: Log) => T): T {
    const before = log.bytes;
    const result = change(log);
    this.size += log.bytes - before;
    if (this.logs.delete(room)) this.logs.set(room, log);
    if (this.size > this.options.memory) this.shrink();
    return result;
  }

  private shrink(): void {
    for (const [room, log] of this.logs) {
      while (this.size > this.options.memory && log.length > 0) {
        const before = log.bytes;
        log.dropOldest();
        this.size += log.bytes - before;
      }
      if (log.length === 0) this.options.onEmpty?.(room);
      if (this.size <= this.options.memory) return;
    }
  }
}

type Change = <T>(change: (log: Log) => T) => T;

class MemoryLog implements RoomLog {
  private readonly log: Log;
  private readonly change: Change;

  constructor(log: Log, change: Change) {
    this.log = log;
    this.change = change;
  }

  holds(entry: Entry): boolean {
    return this.log.holds(entry);
  }

  find(entry: Entry, draft?: string): Found {
    return this.log.find(entry, draft);
  }

  append(entry: Entry, author: Author, now: number, draft?: string): Appended {
    return this.change((log) => log.append(entry, author, now, draft));
  }

  forgo(entry: Entry): void {
    this.log.forgo(entry);
  }

  after(offset: number): Stamped<Page> {
    return { ...this.log.after(offset), epoch: this.log.epoch };
  }

  before(offset: number): Stamped<Page> {
    return { ...this.log.before(offset), epoch: this.log.epoch };
  }

  open(request: Request, now: number): () => Opening {
    return () => {
      this.change((log) => log.trim(now));
      return openingOf(this.log, request);
    };
  }
}

function openingOf(log: Log, { cursor, have, replicas, entries }: Request): Opening {
  const recovered = cursor !== undefined && log.matches(cursor);
  const none: Page = { entries: [], more: log.length > 0 };
  const page = !entries ? none : recovered ? log.after(cursor.offset) : log.lackedBy(have);
  const { epoch, offset, floor } = log;
  return { ...page, recovered, epoch, offset, floor, have: log.have(replicas) };
}
