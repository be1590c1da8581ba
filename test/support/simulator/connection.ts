import type { Frame } from '../../../protocol/frames.ts';
import type { EntryId, ReplicaId } from '../../../protocol/ids.ts';
import type { JoinReply } from '../../../protocol/join.ts';
import type { RefusalCode } from '../../../protocol/refusals.ts';
import type { Effect } from '../../../widget/core/effects.ts';
import type { JoinHello } from '../../../widget/runtime/ports.ts';
import type { Lane } from './lane.ts';
import type { World } from './world.ts';

/** What the client's end of a connection tells. Nothing is told once either end has closed. */
export interface ConnectionEvents {
  joined(reply: JoinReply, now: number): void;
  frame(frame: Frame): void;
  acked(id: EntryId): void;
  refused(id: EntryId, code: RefusalCode): void;
  closed(): void;
}

/** A session outlives its socket this long at most, ms. */
const GRACE = 5_000;
/** Both ends find a silent connection dead within this, ms. */
const DEAD_AFTER = 9_000;
/** From the first byte to the join's answer, ms. */
const JOINED_WITHIN = 12_000;

/** One session of one client with the relay: two lanes, and two ends that each find out in their own time. */
export class RelayConnection {
  readonly #world: World;
  readonly #replica: ReplicaId;
  readonly #events: ConnectionEvents;
  readonly #up: Lane;
  readonly #down: Lane;
  #clientOpen = true;
  #relayOpen = true;
  #unanswered = false;

  constructor(world: World, replica: ReplicaId, hello: JoinHello, events: ConnectionEvents) {
    this.#world = world;
    this.#replica = replica;
    this.#events = events;
    this.#up = world.lane(true);
    this.#down = world.lane(true);
    world.time.after(JOINED_WITHIN, () => {
      if (!this.joined) this.closeClient();
    });
    this.join(hello);
  }

  joined = false;

  /** Something was swallowed that neither end may ever miss: such a connection does not last (a poll that breaks). */
  get leaked(): boolean {
    return this.#up.leaked || this.#down.leaked || this.#unanswered;
  }

  /** Whether this end thinks that it is connected. */
  get open(): boolean {
    return this.#clientOpen;
  }

  join(hello: JoinHello): void {
    this.#send(() => {
      const { relay, time } = this.#world;
      const reply = relay.join(this, this.#replica, hello);
      // The relay's time is as old as its way was long.
      const { now } = time;
      this.#down.send(() => {
        if (!this.#clientOpen) return;
        this.joined = true;
        this.#events.joined(reply, now);
      });
    });
  }

  send(effect: Extract<Effect, { type: 'send-relay' }>): void {
    if (this.joined) this.#send(() => this.#world.relay.take(this, this.#replica, effect));
  }

  down(frame: Frame): void {
    if (this.#relayOpen)
      this.#down.send(() => {
        if (this.#clientOpen) this.#events.frame(frame);
      });
  }

  /** Answers to publications come beside the frames, and overtake them. */
  acknowledge(id: EntryId): void {
    this.#answer(() => this.#events.acked(id));
  }

  refuse(id: EntryId, code: RefusalCode): void {
    this.#answer(() => this.#events.refused(id, code));
  }

  /** Cuts either direction off, or lets it flow again. An end that hears nothing for long gives up. */
  block(up: boolean, down: boolean): void {
    const silent = (up && !this.#up.blocked) || (down && !this.#down.blocked);
    this.#up.block(up);
    this.#down.block(down);
    if (silent) this.#watch();
  }

  /** The network drops it: what is under way is lost from some point on, and each end notices when it does. */
  break(): void {
    const { random, time } = this.#world;
    this.#up.end(random() * 100);
    this.#down.end(random() * 100);
    time.after(this.#soonOrLate(), () => this.closeClient());
    time.after(this.#soonOrLate(), () => this.closeRelay());
  }

  /** This end gives up, or the page dies; what it sent last may still come. */
  closeClient(): void {
    if (!this.#clientOpen) return;
    const { random, time } = this.#world;
    this.#clientOpen = false;
    this.#down.end(0);
    this.#up.end(random() < 0.5 ? 0 : random() * 200);
    time.after(this.#up.blocked ? DEAD_AFTER * random() : 50 * random(), () => this.closeRelay());
    this.#events.closed();
  }

  closeRelay(): void {
    if (!this.#relayOpen) return;
    const { random, time, relay } = this.#world;
    this.#relayOpen = false;
    this.#down.end(random() * 50);
    // The session, and with it the membership, outlives its socket.
    time.after(random() * GRACE, () => relay.leave(this));
    time.after(this.#down.blocked ? DEAD_AFTER * random() : 50 * random(), () => this.closeClient());
  }

  #send(act: () => void): void {
    this.#up.send(() => {
      if (this.#relayOpen && this.#world.relay.up) act();
    });
  }

  #answer(tell: () => void): void {
    const { random, time, ackLoss } = this.#world;
    if (!this.#relayOpen) return;
    if (random() < ackLoss) {
      this.#unanswered = true;
      return;
    }
    time.after(1 + random() * 80, () => {
      if (this.#clientOpen && !this.#down.blocked) tell();
    });
  }

  /** What is blocked long enough is found dead. */
  #watch(): void {
    const { random, time } = this.#world;
    const blocked = () => this.#up.blocked || this.#down.blocked;
    time.after(2_000 + random() * (DEAD_AFTER - 2_000), () => {
      if (blocked()) this.closeClient();
    });
    time.after(2_000 + random() * (DEAD_AFTER - 2_000), () => {
      if (blocked()) this.closeRelay();
    });
  }

  #soonOrLate(): number {
    const { random } = this.#world;
    return random() < 0.6 ? random() * 100 : random() * DEAD_AFTER;
  }
}
