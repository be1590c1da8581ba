/** What carries a session to the relay: a WebSocket and nothing else; POSTs unless one opens soon; POSTs alone. */
export type Carrier = 'socket' | 'either' | 'posts';

/** What a session that has ended tells of the network. */
export interface Past {
  readonly carrier: Carrier;
  readonly joined: boolean;
  /** ms since its WebSocket opened; undefined: none did. */
  readonly openFor: number | undefined;
  /** Its WebSocket has brought something. */
  readonly heard: boolean;
}

/** A WebSocket that is open for so long and brings nothing is held by what passes nothing on, ms. */
const MUTE_AFTER = 8_000;
/** As are so many in a row that bring nothing until they close. */
const MUTE_IN_A_ROW = 2;

/**
 * Chooses what carries the next session, by what became of those before. Where sockets work, one that does not open is a
 * relay's that is busy or gone: POSTs would make it busier. But there are proxies that let sockets open and pass nothing
 * on: POSTs are all there is, then, until the network is another one.
 */
export class CarrierChoice {
  #next: Carrier = 'either';
  /** WebSockets in a row that opened and brought nothing. */
  #mute = 0;

  get next(): Carrier {
    return this.#next;
  }

  ended({ carrier, joined, openFor, heard }: Past): void {
    const isMute = openFor !== undefined && !heard;
    this.#mute = isMute ? this.#mute + 1 : 0;
    if (isMute && (openFor >= MUTE_AFTER || this.#mute >= MUTE_IN_A_ROW)) this.#next = 'posts';
    else if (joined && heard) this.#next = 'socket';
    else this.#next = joined && carrier === 'posts' ? 'posts' : 'either';
  }

  /** The network is another one, or is back. */
  renewed(): void {
    this.#mute = 0;
    if (this.#next === 'posts') this.#next = 'either';
  }
}
