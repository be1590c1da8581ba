/** What carries a session to the relay: a WebSocket and nothing else; POSTs unless one opens soon; POSTs alone. */
export type Carrier = 'socket' | 'either' | 'posts';

/** What is to carry the next session, or carries this one. */
export interface Choice {
  readonly carrier: Carrier;
  /** When it was made, ms. */
  readonly at: number;
  /** How long WebSockets in a row were open and brought nothing, ms. */
  readonly mute: number;
}

/** What a session tells of the network at its end. */
export interface Past {
  readonly joined: boolean;
  /** ms since its WebSocket opened; undefined: none did. */
  readonly openFor: number | undefined;
  /** Its WebSocket has brought something. */
  readonly heard: boolean;
}

/** WebSockets that are open for so long and bring nothing are held by what passes nothing on, ms. */
const MUTE_AFTER = 8_000;
/** One that ends sooner counts as if it had been open for so long, ms: two such in a row are enough. */
const MUTE_AT_LEAST = 4_000;
/** For so long nothing else is believed of the network, ms. */
const MUTE_FOR = 600_000;

/** Where nothing is known of the network. */
export const ANY: Choice = { carrier: 'either', at: 0, mute: 0 };

/**
 * Chooses by what became of the session that a choice was made for. Where sockets work, one that does not open is a relay's
 * that is busy or gone: POSTs would make it busier. But there are proxies that let sockets open and pass nothing on: there
 * POSTs are all there is.
 * @param at ms since 1970
 */
export function choiceAfter(before: Choice, { joined, openFor, heard }: Past, at: number): Choice {
  if (openFor !== undefined && !heard) {
    const mute = before.mute + Math.max(openFor, MUTE_AT_LEAST);
    return { carrier: mute < MUTE_AFTER ? 'either' : 'posts', at, mute };
  }
  if (before.carrier === 'posts' && at - before.at < MUTE_FOR) return before;
  return joined && heard ? { ...ANY, carrier: 'socket' } : ANY;
}
