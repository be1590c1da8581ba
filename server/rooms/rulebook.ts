import { compareEntries } from '../../protocol/entry.ts';
import type { EntryFrame } from '../../protocol/frames.ts';
import type { EntryId, RoomName, UserId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { isLifting, registerOf } from '../../protocol/moderation.ts';
import { parseBody } from '../../protocol/payloads.ts';
import type { Result } from '../../protocol/result.ts';
import { NO_RULES, type Rules, type Ruling, rulesOf, slowNow } from '../../protocol/rules.ts';

interface Held extends Ruling {
  readonly frame: EntryFrame;
}

/** A person's last message. */
interface Said {
  readonly at: number;
  readonly id: EntryId;
}

/** What moderators have decided for one room and still holds, beside its log: entries are trimmed, rules are not. */
export class Rulebook {
  private readonly held = new Map<string, Held>();
  private readonly said = new Map<UserId, Said & { readonly before: Said | undefined }>();
  private length = 0;
  private current: Rules | undefined = NO_RULES;

  get rules(): Rules {
    this.current ??= rulesOf([...this.held.values()]);
    return this.current;
  }

  get size(): number {
    return this.held.size;
  }

  has(register: string): boolean {
    return this.held.has(register);
  }

  /** Takes a moderator's entry. False where it says nothing new, is none, or a newer one stands in its place. */
  note(frame: EntryFrame): boolean {
    const ruling = rulingOf(frame);
    if (!ruling) return false;
    const register = registerOf(ruling.act);
    const before = this.held.get(register);
    if (before && compareEntries(before.entry, ruling.entry) >= 0) return false;
    this.drop(register);
    const { entry, author } = frame;
    this.held.set(register, { ...ruling, frame: { v: 1, entry, ...(author ? { author } : {}) } });
    this.length += entry.payload.length;
    this.shrink();
    this.current = undefined;
    return this.held.has(register);
  }

  /** The entries themselves, without their place in a log: whoever joins checks who signed them. */
  frames(): readonly EntryFrame[] {
    return [...this.held.values()].map(({ frame }) => frame);
  }

  /** The entry by which a moderator has decided something about somebody or something (protocol/moderation.ts). */
  frame(register: string): EntryFrame | undefined {
    return this.held.get(register)?.frame;
  }

  /** How long somebody must wait before their next message, ms; 0: not at all. The same message again need not wait. */
  wait(user: UserId, id: EntryId, now: number): number {
    const last = this.said.get(user);
    return last && last.id !== id ? Math.max(0, last.at + slowNow(this.rules) * 1_000 - now) : 0;
  }

  /** Somebody has said something. Only in slow mode it matters when: then true, if it is another message than their last. */
  hear(user: UserId, id: EntryId, now: number): boolean {
    const seconds = slowNow(this.rules);
    if (seconds === 0) {
      if (this.said.size > 0) this.said.clear(); // which makes a new table each time
      return false;
    }
    const before = this.said.get(user);
    if (before?.id === id) return false;
    this.said.delete(user);
    this.said.set(user, { at: now, id, before: before && { at: before.at, id: before.id } });
    for (const [oldest, { at }] of this.said) {
      if (now - at < seconds * 1_000) break;
      this.said.delete(oldest);
    }
    return true;
  }

  /** What somebody said has come to nothing, or had been said before: what they said before it counts again. */
  unhear(user: UserId, id: EntryId): void {
    const last = this.said.get(user);
    if (last?.id !== id) return;
    this.said.delete(user);
    if (last.before) this.said.set(user, { ...last.before, before: undefined });
  }

  /** Over the bounds those about one person go, first that only end what is over anyway, then the oldest, whatever order they came in. */
  private shrink(): void {
    while (this.held.size > LIMITS.rulings || this.length > LIMITS.rulingsLength) {
      const [first, ...rest] = [...this.held].filter(([, { act }]) => 'user' in act);
      if (!first) return;
      const [register] = rest.reduce((out, other) => (goesBefore(other[1], out[1]) ? other : out), first);
      this.drop(register);
    }
  }

  private drop(register: string): void {
    const held = this.held.get(register);
    if (!held) return;
    this.length -= held.frame.entry.payload.length;
    this.held.delete(register);
  }
}

function goesBefore(a: Held, b: Held): boolean {
  return isLifting(a.act) === isLifting(b.act) ? compareEntries(a.entry, b.entry) < 0 : isLifting(a.act);
}

/** Where rulebooks are while nobody is in their rooms. */
export interface Rulebooks {
  open(room: RoomName): Rulebook;
  /** The room is forgotten here. */
  close(room: RoomName, rulebook: Rulebook): void;
  /** Keeps a ruling for other processes and the time after this one, before anybody is told of it. */
  readonly keep?: (room: RoomName, frame: EntryFrame) => Promise<Result<undefined>>;
}

/** Rooms without members whose rules one process remembers; the longest left go first. */
const ROOMS = 10_000;

/** For one process alone: rules hold as long as it lives. */
export class MemoryRulebooks implements Rulebooks {
  private readonly left = new Map<RoomName, Rulebook>();

  open(room: RoomName): Rulebook {
    const rulebook = this.left.get(room) ?? new Rulebook();
    this.left.delete(room);
    return rulebook;
  }

  close(room: RoomName, rulebook: Rulebook): void {
    if (rulebook.size > 0) this.left.set(room, rulebook);
    for (const stalest of this.left.keys()) {
      if (this.left.size <= ROOMS) return;
      this.left.delete(stalest);
    }
  }
}

/** What a frame decides, if a moderator has written it. */
export function rulingOf({ entry, author }: EntryFrame): Ruling | undefined {
  if (entry.kind !== 'moderation' || author?.role !== 'moderator') return undefined;
  const body = parseBody(entry.kind, entry.payload);
  return body.ok && body.value?.kind === 'moderation' ? { entry, act: body.value.act } : undefined;
}
