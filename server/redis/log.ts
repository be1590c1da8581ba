import type { Redis } from 'ioredis';
import type { Clock } from '../../protocol/clock.ts';
import type { Entry } from '../../protocol/entry.ts';
import { type Author, isOffset } from '../../protocol/frames.ts';
import type { EntryId, RoomName } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { HAVE_REPLICAS, type LogBounds, sizeOf } from '../rooms/log.ts';
import type { Appended, Found, Opening, Page, Request, RoomLog, Stamped } from '../rooms/room-log.ts';
import { randomText } from '../trust/secrets.ts';
import { unavailable } from './failure.ts';
import { logKeys, type RoomKeys, roomKeys } from './keys.ts';
import { frameOf, LogReader } from './log-reader.ts';
import { readAppended, readFound } from './log-replies.ts';
import { Script } from './script.ts';
import { APPEND, FIND, FORGO } from './scripts.ts';

const SCRIPTS = { append: new Script(APPEND), find: new Script(FIND), forgo: new Script(FORGO) };
/** ms after which an answer that nobody asked for is given up. */
const ANSWER_MS = 10_000;

export interface RedisLogPorts {
  readonly redis: Redis;
  readonly bounds: LogBounds;
  /** Whether members here hear all up to an entry before it. If not, joins are answered by `have` alone. */
  readonly trustsCursors: boolean;
  /** Brings an entry's frame, as JSON, to the room's members here. */
  deliver(room: RoomName, frame: string, clock: Clock): void;
  /** What the members here know of the log is not true any more. */
  onLost(room: RoomName): void;
  /** Redis did not bring what is missing here: `resume` must ask again. */
  onBehind(): void;
}

/** An entry as the bus brings it. */
export interface Arrival {
  readonly epoch: string;
  readonly offset: number;
  readonly id: EntryId;
  readonly clock: Clock;
  readonly frame: string;
}

/** `id`: of the entry that stands there, where it came this way. */
interface Place {
  readonly epoch: string;
  readonly offset: number;
  readonly id?: EntryId;
}

/**
 * A room's log in Redis, and its way to the members here: in the order of offsets, each once. What the bus skipped is
 * read from the stream first.
 */
export class RedisLog implements RoomLog {
  private readonly room: RoomName;
  private readonly ports: RedisLogPorts;
  private readonly keys: RoomKeys;
  private readonly reader: LogReader;
  /** Up to where the members here have it; undefined before anything is known. */
  private at: Place | undefined;
  private filling: Promise<void> | undefined;
  private waiting: Arrival[] = [];
  /** What comes while answers to joins are under way. */
  private readonly since = new Set<Arrival[]>();

  constructor(room: RoomName, ports: RedisLogPorts) {
    this.room = room;
    this.ports = ports;
    this.keys = roomKeys(room);
    this.reader = new LogReader(ports, this.keys);
  }

  holds(): boolean {
    return false;
  }

  async find({ replica, seq, id }: Entry, draft = ''): Promise<Found> {
    const args = [randomText(9), replica, seq, id, draft];
    try {
      return readFound(await SCRIPTS.find.run(this.ports.redis, logKeys(this.keys), args));
    } catch (error) {
      return { type: 'unavailable', refusal: unavailable(error, false) };
    }
  }

  async append(entry: Entry, author: Author, now: number, draft = ''): Promise<Appended> {
    const { bounds, redis } = this.ports;
    const { replica, seq, id, clock } = entry;
    const frame = `{"v":1,"entry":${JSON.stringify(entry)},"author":${JSON.stringify(author)}`;
    const place = [randomText(9), replica, seq, id, draft, frame, sizeOf(entry), Math.min(clock[0], now), now];
    const rest = [bounds.entries, bounds.bytes, bounds.age, this.keys.bus, clock.join(' '), HAVE_REPLICAS];
    const isThere = redis.status === 'ready';
    try {
      return readAppended(await SCRIPTS.append.runInOrder(redis, logKeys(this.keys), [...place, ...rest]));
    } catch (error) {
      return { type: 'unavailable', refusal: unavailable(error, isThere) };
    }
  }

  async forgo({ replica, seq }: Entry): Promise<void> {
    const { bounds, redis } = this.ports;
    const args = [randomText(9), replica, seq, HAVE_REPLICAS, bounds.age];
    await SCRIPTS.forgo.run(redis, logKeys(this.keys), args).catch(() => undefined); // it is given again, then
  }

  after(offset: number): Promise<Stamped<Page> | undefined> {
    return this.reader.page(offset + 1, 1);
  }

  before(offset: number): Promise<Stamped<Page> | undefined> {
    return this.reader.page(offset - 1, -1);
  }

  async open(request: Request, now: number): Promise<(() => Opening) | undefined> {
    const since: Arrival[] = [];
    this.since.add(since);
    setTimeout(() => this.since.delete(since), ANSWER_MS).unref();
    const before = this.at;
    try {
      const opening = await this.reader.look(request, now);
      await this.reach(opening, isBefore(opening, before));
      return () => {
        this.since.delete(since);
        return withArrivals(opening, since);
      };
    } catch {
      this.since.delete(since);
      return undefined; // Redis is away
    }
  }

  /** The bus brings an entry. */
  receive(arrival: Arrival): void {
    if (this.filling) {
      this.waiting.push(arrival);
      return;
    }
    const { at } = this;
    if (at && at.epoch !== arrival.epoch) this.lose(arrival.epoch, arrival.offset - 1);
    if (this.at && arrival.offset <= this.at.offset) return;
    if (this.at && arrival.offset > this.at.offset + 1) {
      this.waiting.push(arrival);
      void this.fill().catch(() => this.ports.onBehind());
    } else this.take(arrival);
  }

  /** After a time of deafness: finds out whether the log is the same, and brings what was missed. */
  async resume(now: number): Promise<void> {
    const before = this.at;
    if (!before) return;
    const { epoch, offset, id } = before;
    const cursor = id && { epoch, offset, id };
    const opening = await this.reader.look({ ...NOTHING, cursor }, now);
    await this.reach(opening, isBefore(opening, before) || (cursor !== undefined && !opening.recovered));
  }

  private take(arrival: Arrival): void {
    const { epoch, offset, id } = arrival;
    this.at = { epoch, offset, id };
    for (const since of this.since) since.push(arrival);
    this.ports.deliver(this.room, arrival.frame, arrival.clock);
  }

  private lose(epoch: string, offset: number): void {
    this.at = { epoch, offset };
    this.ports.onLost(this.room);
  }

  /**
   * The members here have it up to there, or are told that they must ask anew.
   * @param isOther whether the log of this epoch is one that they do not know: Redis came back with an older state
   */
  private async reach({ epoch, offset }: Place, isOther: boolean): Promise<void> {
    if (!this.at) this.at = { epoch, offset };
    if (this.at.epoch !== epoch || isOther) this.lose(epoch, offset);
    if (this.at.offset < offset) await this.fill();
  }

  private fill(): Promise<void> {
    this.filling ??= this.readTail().then(
      () => {
        for (const arrival of this.filled()) this.receive(arrival);
      },
      (error: unknown) => {
        this.filled(); // read again by `resume`, or with the next arrival
        throw error;
      },
    );
    return this.filling;
  }

  private filled(): readonly Arrival[] {
    this.filling = undefined;
    const { waiting } = this;
    this.waiting = [];
    return waiting;
  }

  private async readTail(): Promise<void> {
    for (let from = this.at; from; ) {
      const { epoch, items } = await this.reader.read(from.offset + 1, 1);
      const [first] = items;
      if (epoch !== from.epoch || (first && first.offset > from.offset + 1)) {
        this.lose(epoch, items[items.length - 1]?.offset ?? 0);
        return;
      }
      for (const { offset, frame } of items) {
        const parsed = frameOf(frame);
        if (parsed) this.take({ epoch, offset, frame, id: parsed.entry.id, clock: parsed.entry.clock });
      }
      from = items.length < LIMITS.chunkEntries ? undefined : this.at;
    }
  }
}

const NOTHING: Request = { cursor: undefined, have: new Map(), replicas: new Set(), entries: false };

/** Whether the log ends before a place that was in it: offsets only grow while it is the same one. */
function isBefore(now: Place, then: Place | undefined): boolean {
  return then !== undefined && now.epoch === then.epoch && now.offset < then.offset;
}

/** The answer, with what has come since it was looked up. */
function withArrivals(opening: Opening, since: readonly Arrival[]): Opening {
  const later = since.filter(({ epoch, offset }) => epoch === opening.epoch && offset > opening.offset);
  const newest = later[later.length - 1];
  if (!newest || (opening.recovered && opening.more)) return opening; // the next pages bring them
  const entries = [...opening.entries, ...later.flatMap(({ frame }) => frameOf(frame) ?? [])];
  const over = entries.length - LIMITS.chunkEntries;
  if (over > 0 && opening.recovered) return { ...opening, more: true };
  return {
    ...opening,
    offset: newest.offset,
    entries: entries.slice(Math.max(over, 0)),
    more: opening.more || over > 0,
  };
}

/** Reads an entry off the bus; undefined for what no relay has written. */
export function readArrival(head: string, frame: string): Arrival | undefined {
  const [epoch = '', offset] = head.split(' ');
  const place = Number(offset);
  const parsed = frameOf(frame);
  if (!parsed || parsed.epoch !== epoch || parsed.offset !== place || !isOffset(place)) return undefined;
  const { id, clock } = parsed.entry;
  return { epoch: parsed.epoch, offset: place, id, clock, frame };
}
