import type { RefusalCode } from '../../../protocol/refusals.ts';
import type { Ending } from './client.ts';
import { seeded } from './random.ts';
import type { WorldOptions } from './world.ts';

/** Something that a visitor or the world does. `who` counts clients from 0; `pick` in [0, 1) chooses what it is done to. */
export type Action =
  /** `answer`: so many of the messages that come are answered in the same ms. */
  | { readonly do: 'say' | 'answer'; readonly who: number; readonly count: number }
  | { readonly do: 'edit' | 'delete' | 'react'; readonly who: number; readonly pick: number }
  | {
      readonly do: 'type' | 'restart' | 'reconnect' | 'rename' | 'earlier' | 'leave' | 'enter' | 'storage-fails';
      readonly who: number;
    }
  | { readonly do: 'freeze'; readonly who: number; readonly ms: number }
  | { readonly do: 'look'; readonly who: number; readonly visible: boolean }
  | { readonly do: 'cut-relay'; readonly who: number }
  | { readonly do: 'cut-links'; readonly chance: number }
  | { readonly do: 'block-links'; readonly blocked: boolean }
  /** Clients of one side, and the relay, by bit; bytes from the one side to the other are cut off, or both ways. */
  | { readonly do: 'partition'; readonly side: number; readonly oneWay: boolean }
  | { readonly do: 'mend' }
  | { readonly do: 'crash'; readonly who: number; readonly ending: Ending }
  | { readonly do: 'relay-restart' | 'relay-stop' | 'relay-start' }
  | { readonly do: 'refuse'; readonly code: RefusalCode; readonly chance: number }
  | { readonly do: 'noise'; readonly drop: number; readonly duplicate: number; readonly ackLoss: number }
  /** `contradict`: somebody with another's key signs another thing under a number that is taken, and gives it to `who`. */
  | { readonly do: 'forge' | 'contradict'; readonly who: number; readonly from: number; readonly pick: number };

/** One random run, as plain data: what a seed stands for, and what is left of it when it is made smaller. */
export interface Schedule {
  readonly world: WorldOptions;
  readonly steps: readonly { readonly action: Action /** Time that passes after it, ms. */; readonly ms: number }[];
}

const LONGEST = 24;
const PASSING: readonly RefusalCode[] = ['too_fast', 'overloaded', 'closing', 'internal'];
const LASTING: readonly RefusalCode[] = ['too_large', 'malformed', 'not_yours'];
const ROOMS = [
  { history: 1_000, withoutRtc: 0, mesh: 8, big: 100 },
  { history: 1_000, withoutRtc: 0.4, mesh: 8, big: 100 },
  { history: 1_000, withoutRtc: 0, mesh: 4, big: 100 },
  { history: 1_000, withoutRtc: 0, mesh: 2, big: 3 },
  { history: 0, withoutRtc: 0, mesh: 8, big: 100 },
  { history: 0, withoutRtc: 0.4, mesh: 8, big: 100 },
  { history: 0, withoutRtc: 0, mesh: 4, big: 100 },
] as const;

/** The schedule of a seed. Each takes part of the kinds of faults only, as rare pairs hide where everything happens. */
export function scheduleOf(seed: number): Schedule {
  const random = seeded(seed);
  const draw = new Draw(random);
  const room = draw.one(ROOMS);
  const clients = 2 + draw.below(5);
  const kinds = KINDS.filter(({ always }) => always || random() < 0.4);
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  const steps = Array.from({ length: 1 + draw.below(LONGEST) }, () => {
    let at = random() * total;
    const kind = kinds.find(({ weight }) => {
      at -= weight;
      return at < 0;
    });
    return { action: (kind ?? SAY).make(draw, clients), ms: draw.pause() };
  });
  const clockError = draw.one([0, 3_600_000]);
  return { world: { ...room, seed, clients, clockError }, steps };
}

class Draw {
  readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  below(n: number): number {
    return Math.floor(this.random() * n);
  }

  one<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    const [first] = items;
    const item = items[this.below(items.length)] ?? first;
    if (item === undefined) throw new Error('nothing to draw from');
    return item;
  }

  chance(p: number): boolean {
    return this.random() < p;
  }

  /** Often so short that what was started is still under way, sometimes long enough for every timeout. */
  pause(): number {
    const kind = this.random();
    if (kind < 0.4) return this.below(30);
    if (kind < 0.9) return this.below(3_000);
    return this.below(15_000);
  }
}

interface Kind {
  readonly weight: number;
  readonly always?: boolean;
  readonly make: (draw: Draw, clients: number) => Action;
}

const SAY: Kind = {
  weight: 8,
  always: true,
  make: (draw, clients) => ({ do: 'say', who: draw.below(clients), count: 1 + draw.below(5) }),
};

const KINDS: readonly Kind[] = [
  SAY,
  { weight: 2, make: (draw, clients) => ({ do: 'answer', who: draw.below(clients), count: 1 + draw.below(5) }) },
  {
    weight: 5,
    make: (draw, clients) => ({
      do: draw.one(['edit', 'delete', 'react', 'react'] as const),
      who: draw.below(clients),
      pick: draw.random(),
    }),
  },
  { weight: 1, make: (draw, clients) => ({ do: 'type', who: draw.below(clients) }) },
  { weight: 1, make: (draw, clients) => ({ do: 'freeze', who: draw.below(clients), ms: draw.below(20_000) }) },
  { weight: 2, make: (draw, clients) => ({ do: draw.one(['leave', 'enter'] as const), who: draw.below(clients) }) },
  { weight: 1, make: (draw, clients) => ({ do: 'earlier', who: draw.below(clients) }) },
  { weight: 1, make: (draw, clients) => ({ do: 'rename', who: draw.below(clients) }) },
  { weight: 2, make: (draw, clients) => ({ do: 'look', who: draw.below(clients), visible: draw.chance(0.7) }) },
  { weight: 3, make: (draw, clients) => ({ do: 'cut-relay', who: draw.below(clients) }) },
  { weight: 2, always: true, make: (draw, clients) => ({ do: 'reconnect', who: draw.below(clients) }) },
  { weight: 2, make: (draw) => ({ do: 'cut-links', chance: 0.2 + 0.8 * draw.random() }) },
  { weight: 2, make: (draw) => ({ do: 'block-links', blocked: draw.chance(0.6) }) },
  {
    weight: 3,
    make: (draw, clients) => ({ do: 'partition', side: draw.below(2 ** (clients + 1)), oneWay: draw.chance(0.4) }),
  },
  { weight: 2, always: true, make: () => ({ do: 'mend' }) },
  { weight: 3, make: (draw, clients) => ({ do: 'crash', who: draw.below(clients), ending: 'page' }) },
  {
    weight: 3,
    make: (draw, clients) => ({
      do: 'crash',
      who: draw.below(clients),
      ending: draw.one(['power', 'rollback', 'wipe'] as const),
    }),
  },
  { weight: 4, always: true, make: (draw, clients) => ({ do: 'restart', who: draw.below(clients) }) },
  { weight: 1, make: (draw, clients) => ({ do: 'storage-fails', who: draw.below(clients) }) },
  { weight: 1, make: () => ({ do: 'relay-restart' }) },
  { weight: 2, make: (draw) => ({ do: draw.one(['relay-stop', 'relay-start'] as const) }) },
  {
    weight: 2,
    make: (draw) => ({
      do: 'refuse',
      code: draw.one(draw.chance(0.6) ? PASSING : LASTING),
      chance: draw.one([0, 0.3, 1]),
    }),
  },
  {
    weight: 2,
    make: (draw) => ({
      do: 'noise',
      drop: draw.one([0, 0, 0.1]),
      duplicate: draw.one([0, 0.1, 0.5]),
      ackLoss: draw.one([0, 0.3]),
    }),
  },
  {
    weight: 2,
    make: (draw, clients) => ({
      do: draw.one(['forge', 'contradict'] as const),
      who: draw.below(clients),
      from: draw.below(clients),
      pick: draw.random(),
    }),
  },
];
