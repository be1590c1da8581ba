import type { Redis } from 'ioredis';
import type { EntryFrame } from '../../protocol/frames.ts';
import type { RoomName } from '../../protocol/ids.ts';
import { registerOf } from '../../protocol/moderation.ts';
import { accept, type Result } from '../../protocol/result.ts';
import type { Room } from '../rooms/room.ts';
import { Rulebook, type Rulebooks, rulingOf } from '../rooms/rulebook.ts';
import { unavailable } from './failure.ts';
import { roomKeys } from './keys.ts';
import { frameOf } from './log-reader.ts';
import { Script } from './script.ts';

/** ARGV: register, clock's ms and count, replica, sequence, frame. The newest by the order of entries stays. */
const KEEP = new Script(`
local before = redis.call('HGET', KEYS[1], ARGV[1])
if before then
  local ms, count, replica, seq = string.match(before, '^(%d+) (%d+) (%S+) (%d+)\\n')
  local old = { tonumber(ms), tonumber(count), replica, tonumber(seq) }
  local new = { tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5]) }
  for i = 1, 4 do
    if old[i] > new[i] then return 0 end
    if old[i] < new[i] then break end
  end
end
redis.call('HSET', KEYS[1], ARGV[1], table.concat({ ARGV[2], ARGV[3], ARGV[4], ARGV[5] }, ' ') .. '\\n' .. ARGV[6])
return 1
`);

/** Rules that all relays on one Redis share, and that outlive them and the log. */
export class RedisRulebooks implements Rulebooks {
  private readonly redis: Redis;
  /** Those that were read since what is new to them has been heard. */
  private readonly loaded = new WeakSet<Rulebook>();

  constructor(redis: Redis) {
    this.redis = redis;
  }

  /** A room may be opened anew while somebody joins it, when the last one leaves: so rules are read at once, too. */
  open(name: RoomName): Rulebook {
    const rulebook = new Rulebook();
    void this.load({ name, rulebook }).catch(() => undefined); // Redis is away: `ready` or the end of that reads again
    return rulebook;
  }

  close(): void {
    // Redis keeps them
  }

  readonly keep = async (room: RoomName, frame: EntryFrame): Promise<Result<undefined>> => {
    const ruling = rulingOf(frame);
    if (!ruling) return accept(undefined);
    const { replica, seq, clock } = frame.entry;
    const place = [clock[0], clock[1], replica, seq, JSON.stringify(frame)];
    try {
      await KEEP.run(this.redis, [roomKeys(room).rules], [registerOf(ruling.act), ...place]);
      return accept(undefined);
    } catch (error) {
      return unavailable(error, false);
    }
  };

  /** Settles when the room's rules are here; false: they can't be read now. */
  ready(room: Room): true | Promise<boolean> {
    if (this.loaded.has(room.rulebook)) return true;
    return this.load(room).then(
      () => {
        this.loaded.add(room.rulebook);
        return true;
      },
      () => false, // Redis is away
    );
  }

  /** Reads what Redis has of a room: at first, and when some may have been missed. Rejects where it is away. */
  async load({ name, rulebook }: Pick<Room, 'name' | 'rulebook'>): Promise<void> {
    const kept = Object.entries(await this.redis.hgetall(roomKeys(name).rules));
    const over: string[] = [];
    for (const [register, text] of kept) {
      const frame = frameOf(text.slice(text.indexOf('\n') + 1));
      if (frame && rulingOf(frame)) rulebook.note(frame);
      if (frame && rulingOf(frame) && !rulebook.has(register)) over.push(register);
    }
    if (over.length > 0) await this.redis.hdel(roomKeys(name).rules, ...over); // too many: as here, so there
  }
}
