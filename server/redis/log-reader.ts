import { type EntryFrame, parseEntryFrame } from '../../protocol/frames.ts';
import { hasSeq } from '../../protocol/have.ts';
import { parseJson } from '../../protocol/json.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Opening, Page, Request, Stamped } from '../rooms/room-log.ts';
import { randomText } from '../trust/secrets.ts';
import { logKeys, type RoomKeys } from './keys.ts';
import type { RedisLogPorts } from './log.ts';
import { readItems, readOpened } from './log-replies.ts';
import { Script } from './script.ts';
import { OPEN } from './scripts.ts';

const LOOK = new Script(OPEN);

type LogReaderPorts = Pick<RedisLogPorts, 'redis' | 'bounds' | 'trustsCursors'>;

/** What stands in a room's log in Redis. */
export class LogReader {
  private readonly ports: LogReaderPorts;
  private readonly keys: RoomKeys;

  constructor(ports: LogReaderPorts, keys: RoomKeys) {
    this.ports = ports;
    this.keys = keys;
  }

  /** What somebody who joins asks. */
  async look({ cursor: given, have, replicas, entries }: Request, now: number): Promise<Opening> {
    const { redis, bounds, trustsCursors } = this.ports;
    const cursor = trustsCursors ? given : undefined;
    const args = [randomText(9), now, bounds.entries, bounds.bytes, bounds.age, cursor?.offset ?? -1, ...replicas];
    const { epoch, offset, floor, at, ranges } = readOpened(await LOOK.run(redis, logKeys(this.keys), args));
    const recovered = cursor !== undefined && cursor.epoch === epoch && frameOf(at)?.entry.id === cursor.id;
    const none: Page = { entries: [], more: floor <= offset };
    const page = !entries
      ? none
      : recovered
        ? await this.page(cursor.offset + 1, 1).then((found) => found && upTo(offset, found))
        : await this.lackedBy(have, offset);
    const held = [...replicas].flatMap((replica, index) => {
      const known = ranges[index];
      return known && known.length > 0 ? [[replica, known] as const] : [];
    });
    return { ...(page ?? none), recovered, epoch, offset, floor, have: Object.fromEntries(held) };
  }

  /** The newest entries that a copy with this `have` lacks, up to an offset. */
  private async lackedBy(have: Request['have'], offset: number): Promise<Page> {
    const taken = new Chunk();
    for (let from = offset; from > 0; ) {
      const { items } = await this.read(from, -1);
      for (const item of items) {
        const frame = frameOf(item.frame);
        if (!frame || hasSeq(have.get(frame.entry.replica), frame.entry.seq)) continue;
        if (!taken.add(frame, item.bytes)) return { entries: taken.entries.reverse(), more: true };
      }
      from = items.length < LIMITS.chunkEntries ? 0 : (items[items.length - 1]?.offset ?? 1) - 1;
    }
    return { entries: taken.entries.reverse(), more: false };
  }

  /** From an offset on, or back. Undefined where Redis is away. */
  async page(from: number, step: 1 | -1): Promise<Stamped<Page> | undefined> {
    try {
      const { epoch, items } = await this.read(from, step, LIMITS.chunkEntries + 1);
      const taken = new Chunk();
      const rest = items.some(({ frame, bytes }) => {
        const parsed = frameOf(frame);
        return parsed !== undefined && !taken.add(parsed, bytes);
      });
      return { epoch, entries: step === 1 ? taken.entries : taken.entries.reverse(), more: rest };
    } catch {
      return undefined; // Redis is away
    }
  }

  /** Items from an offset on, or back. */
  async read(from: number, step: 1 | -1, count: number = LIMITS.chunkEntries) {
    const multi = this.ports.redis.multi().hget(this.keys.meta, 'epoch');
    const start = `${Math.max(from, 0)}-0`;
    if (step === 1) multi.xrange(this.keys.log, start, '+', 'COUNT', count);
    else multi.xrevrange(this.keys.log, start, '-', 'COUNT', count);
    const [epoch, items] = (await multi.exec()) ?? [];
    return { epoch: String(epoch?.[1] ?? ''), items: readItems(items?.[1]) };
  }
}

/** What was appended after the look comes by the bus. */
function upTo(offset: number, { entries, more }: Page): Page {
  const cut = entries.filter((frame) => (frame.offset ?? 0) <= offset);
  return { entries: cut, more: more && cut.length === entries.length };
}

/** Entries as far as they fit into one chunk. */
class Chunk {
  readonly entries: EntryFrame[] = [];
  private bytes = 0;

  /** Whether there was room for it. */
  add(frame: EntryFrame, bytes: number): boolean {
    this.bytes += bytes;
    if (this.entries.length >= LIMITS.chunkEntries || this.bytes > LIMITS.chunkBytes) return false;
    this.entries.push(frame);
    return true;
  }
}

export function frameOf(text: string | undefined): EntryFrame | undefined {
  const frame = text === undefined ? undefined : parseEntryFrame(parseJson(text));
  return frame?.ok ? frame.value : undefined;
}
