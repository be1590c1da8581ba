import type { Frame } from '../../../protocol/frames.ts';
import type { ReplicaId } from '../../../protocol/ids.ts';
import type { SimulatedClient } from './client.ts';
import type { Lane } from './lane.ts';
import type { World } from './world.ts';

/** A silent link is found dead within this, ms: three missed heartbeats. */
const DEAD_AFTER = 6_000;

interface End {
  readonly client: SimulatedClient;
  readonly replica: ReplicaId;
  /** What comes towards this end. */
  readonly lane: Lane;
  state: 'opening' | 'open' | 'closed';
  /** Came before this end knew that it was open. */
  early: Frame[];
}

/** A DataChannel: ordered both ways while it lives, and each end learns in its own time that it opened or died. */
export class SimulatedLink {
  readonly #world: World;
  readonly #ends: readonly [End, End];

  constructor(world: World, one: SimulatedClient, other: SimulatedClient) {
    this.#world = world;
    const end = (client: SimulatedClient): End => ({
      client,
      replica: client.state.self,
      lane: world.lane(false),
      state: 'opening',
      early: [],
    });
    this.#ends = [end(one), end(other)];
    const start = 20 + world.random() * 200;
    for (const [own, peer] of this.#pairs()) world.time.after(start + world.random() * 60, () => this.#open(own, peer));
  }

  joins(one: SimulatedClient, other: SimulatedClient): boolean {
    return this.#ends.some((end) => end.client === one) && this.#ends.some((end) => end.client === other);
  }

  has(client: SimulatedClient): boolean {
    return this.#ends.some((end) => end.client === client);
  }

  /** Neither end counts on it any more. */
  get over(): boolean {
    return this.#ends.every((end) => end.state === 'closed');
  }

  get alive(): boolean {
    return this.#ends.every((end) => end.state !== 'closed');
  }

  get open(): boolean {
    return this.#ends.every((end) => end.state === 'open');
  }

  send(from: SimulatedClient, frame: Frame): void {
    for (const [own, peer] of this.#pairs()) {
      if (own.client !== from || own.state !== 'open') continue;
      peer.lane.send(() => {
        if (peer.state === 'open') peer.client.take(own.replica, frame);
        else if (peer.state === 'opening') peer.early.push(frame);
      });
    }
  }

  /** The replica at the other end, as this client knows it. */
  peerOf(client: SimulatedClient): ReplicaId | undefined {
    return this.#ends.find((end) => end.client !== client)?.replica;
  }

  isOpenFor(client: SimulatedClient): boolean {
    return this.#ends.some((end) => end.client === client && end.state === 'open');
  }

  /** Cuts off the ways between two groups; an end that hears nothing for long gives up. */
  block(isCut: (from: SimulatedClient, to: SimulatedClient) => boolean): void {
    for (const [own, peer] of this.#pairs()) {
      const blocked = isCut(peer.client, own.client);
      const silent = blocked && !own.lane.blocked;
      own.lane.block(blocked);
      if (!silent) continue;
      for (const end of this.#ends)
        this.#world.time.after(2_000 + this.#world.random() * (DEAD_AFTER - 2_000), () => {
          if (own.lane.blocked) this.close(end.client);
        });
    }
  }

  /** The network drops it; each end notices when it does. */
  break(): void {
    const { random, time } = this.#world;
    for (const end of this.#ends) {
      end.lane.end(random() * 100);
      time.after(random() < 0.6 ? random() * 100 : random() * DEAD_AFTER, () => this.close(end.client));
    }
  }

  /** One end closes it, or its page has died: the other hears of that soon, or misses the heartbeats. */
  close(client: SimulatedClient): void {
    const { random, time } = this.#world;
    for (const [own, peer] of this.#pairs()) {
      if (own.client !== client || own.state === 'closed') continue;
      const wasOpen = own.state === 'open';
      own.state = 'closed';
      peer.lane.end(random() < 0.5 ? 0 : random() * 100);
      time.after(random() < 0.7 ? random() * 100 : random() * DEAD_AFTER, () => this.close(peer.client));
      if (wasOpen) own.client.linkClosed(peer.replica);
    }
  }

  #open(own: End, peer: End): void {
    if (own.state !== 'opening') return;
    const { client, replica } = own;
    if (!client.alive || client.state.self !== replica || !client.linkOpens(this)) return this.close(client);
    own.state = 'open';
    client.linkOpened(peer.replica);
    for (const frame of own.early.splice(0)) client.take(peer.replica, frame);
  }

  #pairs(): readonly (readonly [End, End])[] {
    const [one, other] = this.#ends;
    return [
      [one, other],
      [other, one],
    ];
  }
}
