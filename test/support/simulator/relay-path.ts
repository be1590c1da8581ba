import { myHave } from '../../../widget/core/catch-up.ts';
import { RECONNECT_VISIBLE, retryDelay } from '../../../widget/core/retry.ts';
import type { SimulatedClient } from './client.ts';
import { RelayConnection } from './connection.ts';
import type { World } from './world.ts';

/** A client's way to the relay: one connection after the other, with the widget's own delays between them. */
export class RelayPath {
  readonly #world: World;
  readonly #client: SimulatedClient;
  readonly #later: (ms: number, run: () => void) => () => void;
  #connection: RelayConnection | undefined;
  #failures = 0;
  #cancelRetry: (() => void) | undefined;
  /** When the relay last let this client in. */
  joinedAt = 0;

  constructor(world: World, client: SimulatedClient, later: (ms: number, run: () => void) => () => void) {
    this.#world = world;
    this.#client = client;
    this.#later = later;
  }

  get connection(): RelayConnection | undefined {
    return this.#connection?.open ? this.#connection : undefined;
  }

  /** Opens a session, unless one is open or under way. */
  connect(): void {
    const { alive, renewing, state } = this.#client;
    if (!alive || this.connection || renewing || state.phase !== 'open') return;
    this.#cancelRetry?.();
    this.#client.dispatch({ type: 'relay-down' });
    if (!this.#world.reachesRelay(this.#client)) return this.#retry();
    this.#connection = this.#open();
    this.#world.applyPartition();
  }

  /** The visitor, or the browser's `online`, asks for a try now. */
  reconnect(): void {
    this.#failures = 0;
    this.connect();
  }

  /** Joins again on the same connection. */
  rejoin(): void {
    this.connection?.join(this.#hello());
  }

  /** Gives up the connection, and trying. */
  drop(): void {
    this.#failures = 0;
    const connection = this.#connection;
    this.#connection = undefined;
    this.#cancelRetry?.();
    connection?.closeClient();
  }

  #open(): RelayConnection {
    const client = this.#client;
    const connection = new RelayConnection(this.#world, client.state.self, this.#hello(), {
      joined: (reply, now) => {
        this.#failures = 0;
        this.joinedAt = this.#world.time.now;
        const entries = reply.entries.filter(({ entry }) => this.#world.signer.isGenuine(entry));
        client.dispatch({ type: 'relay-joined', reply: { ...reply, entries }, now });
        this.#world.mesh();
      },
      frame: (frame) => client.take('relay', frame),
      acked: (id) => client.dispatch({ type: 'relay-acked', id }),
      refused: (id, code) => {
        client.dispatch({ type: 'relay-refused', id, code });
        if (code === 'not_a_member') connection.closeClient();
      },
      closed: () => {
        if (this.#connection !== connection) return;
        this.#connection = undefined;
        this.#retry();
      },
    });
    return connection;
  }

  #retry(): void {
    const client = this.#client;
    if (!client.alive || client.renewing) return;
    const delay = retryDelay(RECONNECT_VISIBLE, this.#failures, this.#world.random());
    this.#failures += 1;
    client.dispatch({ type: 'relay-down', retryAt: client.now + delay });
    this.#cancelRetry?.();
    this.#cancelRetry = this.#later(delay, () => this.connect());
  }

  #hello() {
    const { state, rtc } = this.#client;
    const { name = '', cursor } = state;
    return { name, rtc, have: myHave(state), cursor };
  }
}
