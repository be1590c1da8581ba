import type { Frame } from '../../../protocol/frames.ts';
import type { ReplicaId } from '../../../protocol/ids.ts';
import { SimulatedClient } from './client.ts';
import { seeded } from './random.ts';
import { SimulatedRelay } from './relay.ts';
import { Timeline } from './timeline.ts';

export interface WorldOptions {
  readonly clients: number;
  /** Entries the relay keeps; 0: history off. */
  readonly history: number;
  /** Largest error of a client's clock, ms. */
  readonly clockError: number;
  /** Share of clients without WebRTC. */
  readonly withoutRtc: number;
}

interface OpenLink {
  readonly ends: readonly [SimulatedClient, SimulatedClient];
  readonly replicas: readonly [ReplicaId, ReplicaId];
  open: boolean;
}

/** Clients, a relay and a lossy network under one seeded schedule. */
export class World {
  readonly time = new Timeline();
  readonly random: () => number;
  readonly relay: SimulatedRelay;
  readonly clients: readonly SimulatedClient[];
  /** While false no new link opens. */
  linksAllowed = true;
  /** Chance that the relay's acknowledgement is lost with its connection intact. */
  ackLoss = 0;
  #links: OpenLink[] = [];
  /** When the last bytes of each path arrive: a path keeps its order. */
  readonly #arrivals = new Map<string, number>();

  constructor(seed: number, options: WorldOptions) {
    this.random = seeded(seed);
    this.relay = new SimulatedRelay(options.history, 8);
    this.clients = Array.from(
      { length: options.clients },
      (_, i) =>
        new SimulatedClient(this, i, {
          rtc: this.random() >= options.withoutRtc,
          clockError: Math.round((this.random() * 2 - 1) * options.clockError),
        }),
    );
  }

  /** Delivers after a random delay, in order within one path, unless the client has died meanwhile. */
  carry(client: SimulatedClient, path: string, deliver: () => void): void {
    const key = `${client.index}/${path}`;
    const at = Math.max(this.time.now + 1 + this.random() * 80, this.#arrivals.get(key) ?? 0);
    this.#arrivals.set(key, at);
    this.time.after(at - this.time.now, () => {
      if (client.alive) deliver();
    });
  }

  losesAck(): boolean {
    return this.random() < this.ackLoss;
  }

  /** Opens the links that both ends want, each after a moment. */
  mesh(): void {
    for (const one of this.clients) {
      for (const other of this.clients) {
        if (one.index >= other.index || !this.#wantEachOther(one, other) || this.#linkBetween(one, other)) continue;
        const link: OpenLink = { ends: [one, other], replicas: [one.state.self, other.state.self], open: false };
        this.#links.push(link);
        this.time.after(20 + this.random() * 200, () => this.#open(link));
      }
    }
  }

  sendLink(from: SimulatedClient, to: ReplicaId, frame: Frame): void {
    const link = this.#links.find(({ open, replicas, ends }) => open && ends.includes(from) && replicas.includes(to));
    if (!link) return;
    const [one, other] = link.ends;
    const receiver = one === from ? other : one;
    const sender = from.state.self;
    this.carry(receiver, `link/${sender}`, () => {
      if (link.open) receiver.take(sender, frame);
    });
  }

  cutLinks(chance: number): void {
    for (const link of [...this.#links]) if (this.random() < chance) this.#cut(link);
  }

  dropLinksOf(client: SimulatedClient): void {
    for (const link of this.#links.filter(({ ends }) => ends.includes(client))) this.#cut(link);
  }

  /** Everyone alive, connected and linked; then time for all that is due. */
  async heal(ms: number): Promise<void> {
    this.linksAllowed = true;
    this.ackLoss = 0;
    this.relay.up = true;
    for (const client of this.clients) await client.restart();
    for (let passed = 0; passed < ms; passed += 500) {
      for (const client of this.clients) client.joinRelay();
      this.mesh();
      this.time.advance(500);
    }
  }

  #open(link: OpenLink): void {
    const [one, other] = link.ends;
    const [first, second] = link.replicas;
    const stands = one.alive && other.alive && one.state.self === first && other.state.self === second;
    if (!this.linksAllowed || !stands || !this.#links.includes(link)) {
      this.#links = this.#links.filter((item) => item !== link);
      return;
    }
    link.open = true;
    one.dispatch({ type: 'link-opened', replica: second });
    other.dispatch({ type: 'link-opened', replica: first });
  }

  #cut(link: OpenLink): void {
    this.#links = this.#links.filter((item) => item !== link);
    if (!link.open) return;
    link.open = false;
    const [one, other] = link.ends;
    const [first, second] = link.replicas;
    one.dispatch({ type: 'link-closed', replica: second });
    other.dispatch({ type: 'link-closed', replica: first });
  }

  #wantEachOther(one: SimulatedClient, other: SimulatedClient): boolean {
    return one.alive && other.alive && one.wanted.includes(other.state.self) && other.wanted.includes(one.state.self);
  }

  #linkBetween(one: SimulatedClient, other: SimulatedClient): boolean {
    return this.#links.some(({ ends }) => ends.includes(one) && ends.includes(other));
  }
}
