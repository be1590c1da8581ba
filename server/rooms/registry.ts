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

  all(): ReadonlyMap<RoomName, Room> {
    return this.rooms;
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

  /** Frees a room that nobody is in or about to be in, without entries, unless another has its name by now. */
  release(room: Room): void {
    const { name, members, joining } = room;
    if (this.rooms.get(name) !== room || members.size + joining > 0 || this.logs.keeps(name)) return;
    this.rooms.delete(name);
    this.logs.close(name);
    this.rulebooks.close(name, room.rulebook);
  }
}
