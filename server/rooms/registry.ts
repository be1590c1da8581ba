import type { RoomName } from '../../protocol/ids.ts';
import { createRoom, type Room } from './room.ts';
import type { Logs } from './room-log.ts';
import { MemoryRulebooks, type Rulebooks } from './rulebook.ts';

/** All rooms that have members, or entries in this process. */
export class Registry {
  private readonly rooms = new Map<RoomName, Room>();
  private readonly logs: Logs;
  private readonly rulebooks: Rulebooks;

  constructor(logs: Logs, rulebooks: Rulebooks = new MemoryRulebooks()) {
    this.logs = logs;
    this.rulebooks = rulebooks;
  }

  get size(): number {
    return this.rooms.size;
  }

  find(name: RoomName): Room | undefined {
    return this.rooms.get(name);
  }

  all(): Iterable<Room> {
    return this.rooms.values();
  }

  open(name: RoomName): Room {
    const known = this.rooms.get(name);
    if (known) return known;
    const room = createRoom(name, this.logs.open(name), this.rulebooks.open(name));
    this.rooms.set(name, room);
    return room;
  }

  /** Forgets what is too old, and rooms that nothing is left of. */
  sweep(now: number): void {
    this.logs.sweep(now);
    for (const room of this.rooms.values()) this.release(room);
  }

  /** Frees a room without members and entries, unless it has been freed and another has its name by now. */
  release(room: Room): void {
    if (this.rooms.get(room.name) !== room || room.members.size > 0 || this.logs.keeps(room.name)) return;
    this.rooms.delete(room.name);
    this.logs.close(room.name);
    this.rulebooks.close(room.name, room.rulebook);
  }
}
