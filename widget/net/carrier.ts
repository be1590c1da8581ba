/** What carries a session to the relay: a WebSocket and nothing else; POSTs unless one opens soon; POSTs alone. */
export type Carrier = 'socket' | 'either' | 'posts';

/** What is to carry the next session, or carries this one. */
export interface Choice {
  readonly carrier: Carrier;
  /** WebSockets in a row that opened and brought nothing. */
  readonly mute: number;
}

/** What a session that has ended tells of the network. */
export interface Past {
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

/** Where nothing is known of the network. */
export const ANY: Choice = { carrier: 'either', mute: 0 };

/**
 * Chooses by what became of the session that a choice was made for. Where sockets work, one that does not open is a relay's
 * that is busy or gone: POSTs would make it busier. But there are proxies that let sockets open and pass nothing on: there
 * POSTs are all there is.
 */
export function choiceAfter({ carrier, mute }: Choice, { joined, openFor, heard }: Past): Choice {
  if (heard || openFor === undefined) return joined ? { carrier: heard ? 'socket' : carrier, mute: 0 } : ANY;
  const isMute = openFor >= MUTE_AFTER || mute + 1 >= MUTE_IN_A_ROW;
  return { carrier: isMute ? 'posts' : 'either', mute: mute + 1 };
}
