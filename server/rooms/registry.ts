import type { RoomName } from '../../protocol/ids.ts';
import { Log, type LogBounds } from './log.ts';
import { createRoom, type Room } from './room.ts';

export interface RegistryOptions {
  readonly bounds: LogBounds;
  /** Bytes that all logs may hold together. */
  readonly memory: number;
  readonly randomEpoch: () => string;
}

/** All rooms that have members or entries, the longest silent first. */
export class Registry {
  private readonly rooms = new Map<RoomName, Room>();
  private readonly options: RegistryOptions;
  private bytes = 0;

  constructor(options: RegistryOptions) {
    this.options = options;
  }

  get size(): number {
    return this.rooms.size;
  }

  /** Bytes that all logs hold. */
  get logBytes(): number {
    return this.bytes;
  }

  find(name: RoomName): Room | undefined {
    return this.rooms.get(name);
  }

  open(name: RoomName): Room {
    const known = this.rooms.get(name);
    if (known) return known;
    const room = createRoom(name, new Log(this.options.randomEpoch(), this.options.bounds));
    this.rooms.set(name, room);
    return room;
  }

  /** Runs what changes a room's log, then keeps all logs within the memory they share. */
  change<T>(room: Room, change: (room: Room) => T): T {
    const before = room.log.bytes;
    const result = change(room);
    this.bytes += room.log.bytes - before;
    if (this.rooms.delete(room.name)) this.rooms.set(room.name, room);
    if (this.bytes > this.options.memory) this.shrink();
    return result;
  }

  /** Forgets what is too old, and rooms that nothing is left of. */
  sweep(now: number): void {
    for (const room of this.rooms.values()) {
      const before = room.log.bytes;
      room.log.trim(now);
      this.bytes += room.log.bytes - before;
      this.release(room);
    }
  }

  /** Frees a room without members and entries. */
  release(room: Room): void {
    if (room.members.size === 0 && room.log.length === 0) this.rooms.delete(room.name);
  }

  private shrink(): void {
    for (const room of this.rooms.values()) {
      while (this.bytes > this.options.memory && room.log.length > 0) {
        const before = room.log.bytes;
        room.log.dropOldest();
        this.bytes += room.log.bytes - before;
      }
      this.release(room);
      if (this.bytes <= this.options.memory) return;
    }
  }
}
