import type { Redis } from 'ioredis';
import type { Room } from '../rooms/room.ts';
import { type Going, Rounds } from '../rounds.ts';
import { logKeys, roomKeys } from './keys.ts';
import { Script } from './script.ts';
import { KEEP } from './scripts.ts';

/** ms between parts of a round, and the parts: each room has its turn in 10 minutes, far less than Redis keeps it. */
export const KEEPING = { step: 5_000, parts: 120 } as const;

const SCRIPT = new Script(KEEP);

export interface KeepingPorts {
  readonly redis: Redis;
  readonly rooms: () => Going<Room>;
  /** ms for which entries are kept. */
  readonly age: number;
}

/** Has Redis keep the rooms that somebody is in, however long nobody comes or says anything. */
export class Keeping {
  private readonly ports: KeepingPorts;
  private readonly rounds: Rounds<Room>;

  constructor(ports: KeepingPorts) {
    this.ports = ports;
    this.rounds = new Rounds(ports.rooms, KEEPING.parts);
  }

  /** A part of a round. What Redis does not hear of now it hears of in the next one. */
  async step(): Promise<void> {
    const { redis, age } = this.ports;
    const occupied = [...this.rounds.next()].filter(({ members }) => members.size > 0);
    await Promise.allSettled(
      occupied.map(({ name }) => {
        const keys = roomKeys(name);
        return SCRIPT.run(redis, [...logKeys(keys), keys.members], [age]);
      }),
    );
  }
}
