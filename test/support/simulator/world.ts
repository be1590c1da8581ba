import type { ReplicaId } from '../../../protocol/ids.ts';
import { SimulatedClient } from './client.ts';
import { Lane, type Noise } from './lane.ts';
import { SimulatedLink } from './link.ts';
import { seeded } from './random.ts';
import { SimulatedRelay } from './relay.ts';
import { Signer } from './signer.ts';
import { Timeline } from './timeline.ts';
import { Watch } from './watch.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly clients: number;
  /** Entries the relay keeps; 0: history is off. */
  readonly history: number;
  /** Largest error of a client's clock, ms. */
  readonly clockError: number;
  /** Share of clients without WebRTC. */
  readonly withoutRtc: number;
  /** Members up to which links form a mesh, and up to which each is told of each. */
  readonly mesh: number;
  readonly big: number;
}

/** Whose bytes reach whom: by client, with the relay as the last. */
export type Cut = (from: number, to: number) => boolean;

const NO_CUT: Cut = () => false;
/** How often clients that want a link and have none try again, ms. */
const RELINK_AFTER = 1_000;
/** A hundred times what a schedule takes. */
const MOST_INPUTS = 20_000;

export class RunawayError extends Error {}

/** Clients, a relay and a lossy network under one seeded schedule. */
export class World {
  readonly time = new Timeline();
  readonly random: () => number;
  readonly signer = new Signer();
  readonly watch: Watch;
  readonly relay: SimulatedRelay;
  readonly clients: SimulatedClient[] = [];
  readonly noise: Noise = { drop: 0, duplicate: 0 };
  /** While false no new link opens. */
  linksAllowed = true;
  /** Chance that the relay's answer to a publication is lost with its connection intact. */
  ackLoss = 0;
  #links: SimulatedLink[] = [];
  #cut: Cut = NO_CUT;
  #relinking = false;
  #inputs = 0;

  constructor({ seed, clients, history, clockError, withoutRtc, mesh, big }: WorldOptions) {
    this.random = seeded(seed);
    this.watch = new Watch(this.clients);
    this.relay = new SimulatedRelay(this, { history, mesh, big });
    this.watch.attend(this.relay);
    for (let index = 0; index < clients; index += 1) {
      const error = Math.round((this.random() * 2 - 1) * clockError);
      this.clients.push(new SimulatedClient(this, index, { rtc: this.random() >= withoutRtc, clockError: error }));
    }
  }

  /** Inputs beget inputs: a world that goes on for ever is broken too. */
  countInput(): void {
    this.#inputs += 1;
    if (this.#inputs > MOST_INPUTS) throw new RunawayError(`over ${MOST_INPUTS} inputs, and no end`);
  }

  /** A visitor says something. */
  say(client: SimulatedClient): void {
    if (!client.awake) return;
    const n = this.watch.composed.length + 1;
    const draft = `draft ${n} of ${client.index}`;
    const content = { kind: 'message', text: `${client.index} says no ${n}` } as const;
    this.watch.compose(client, draft, content);
    client.compose(draft, content);
  }

  lane(leaky: boolean): Lane {
    return new Lane({ time: this.time, random: this.random, noise: this.noise, leaky });
  }

  /** Whether a new connection with the relay can be made at all. */
  reachesRelay(client: SimulatedClient): boolean {
    return (
      this.relay.up && !this.#cut(client.index, this.clients.length) && !this.#cut(this.clients.length, client.index)
    );
  }

  /** From now on these bytes do not arrive; what waits is sent on when they do again, if its path still lives. */
  partition(cut: Cut | undefined): void {
    this.#cut = cut ?? NO_CUT;
    this.applyPartition();
    for (const link of this.#links) link.block((from, to) => this.#cut(from.index, to.index));
  }

  applyPartition(): void {
    const relay = this.clients.length;
    for (const { connection, index } of this.clients)
      connection?.block(this.#cut(index, relay), this.#cut(relay, index));
  }

  restartRelay(): void {
    this.relay.restartEmpty();
    for (const { connection } of this.clients) connection?.break();
    this.watch.somethingLost();
  }

  stopRelay(): void {
    this.relay.up = false;
    for (const { connection } of this.clients) connection?.break();
  }

  /** Opens the links that both ends want, as far as signals can reach them. */
  mesh(): void {
    for (const one of this.clients) {
      if (!one.meshOpen) this.dropLinksOf(one);
      for (const other of this.clients) {
        if (one.index >= other.index || !this.#canLink(one, other)) continue;
        const links = this.#links.filter((link) => link.joins(one, other));
        if (links.some((link) => link.alive)) continue;
        const link = new SimulatedLink(this, one, other);
        this.#links.push(link);
      }
    }
    this.#links = this.#links.filter((link) => !link.over);
    if (this.#relinking) return;
    this.#relinking = true;
    this.time.after(RELINK_AFTER, () => {
      this.#relinking = false;
      this.mesh();
    });
  }

  /** A new link is about to open at one end: one that this end still took for open gives way. */
  linkOpens(client: SimulatedClient, link: SimulatedLink): boolean {
    const peer = link.peerOf(client);
    if (!this.linksAllowed || peer === undefined) return false;
    for (const other of this.#links)
      if (other !== link && other.peerOf(client) === peer && other.isOpenFor(client)) other.close(client);
    return true;
  }

  linkTo(client: SimulatedClient, replica: ReplicaId): SimulatedLink | undefined {
    return this.#links.find((link) => link.isOpenFor(client) && link.peerOf(client) === replica && link.has(client));
  }

  breakLinks(chance: number): void {
    for (const link of this.#links) if (link.alive && this.random() < chance) link.break();
  }

  dropLinksOf(client: SimulatedClient): void {
    for (const link of this.#links) if (link.has(client)) link.close(client);
  }

  /** Whether everyone who can be is linked with everyone. */
  get meshed(): boolean {
    return this.clients.every((one) =>
      this.clients.every(
        (other) =>
          one.index >= other.index ||
          !one.rtc ||
          !other.rtc ||
          !one.meshOpen ||
          !other.meshOpen ||
          this.#links.some((link) => link.open && link.joins(one, other)),
      ),
    );
  }

  /** Whether everyone has a link with everyone. */
  get allLinked(): boolean {
    return this.clients.every((one, i) =>
      this.clients.slice(i + 1).every((other) => this.#links.some((link) => link.open && link.joins(one, other))),
    );
  }

  #canLink(one: SimulatedClient, other: SimulatedClient): boolean {
    return (
      this.linksAllowed &&
      this.relay.up &&
      one.joined &&
      other.joined &&
      one.meshOpen &&
      other.meshOpen &&
      one.wanted.includes(other.state.self) &&
      other.wanted.includes(one.state.self) &&
      !this.#cut(one.index, other.index) &&
      !this.#cut(other.index, one.index)
    );
  }
}
