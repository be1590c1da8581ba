import { isRecord, isText, parseJson } from '../../protocol/json.ts';
import { type Reply, replyJson, Written } from '../bayeux/replies.ts';
import { Prepared } from '../engines/prepared.ts';
import type { SessionMessage } from '../gate/message.ts';

/**
 * What processes tell each other about sessions that one of them has and another carries. `edge` is where the client's
 * connection is, `home` where its session is.
 */
export type Envelope =
  /** To home: have this message acted on. `socket`: the number of the socket it came on; without one it came by POST. */
  | {
      readonly type: 'ask';
      readonly edge: string;
      readonly ask: number;
      readonly socket?: number;
      readonly guests: boolean;
      readonly mayHold: boolean;
      readonly message: unknown;
    }
  /** To edge. A reply is a text; a delivery its channel and its data. */
  | { readonly type: 'answer'; readonly ask: number; readonly replies: readonly Packed[] }
  /** To home: the client has hung up its POST. */
  | { readonly type: 'hung-up'; readonly edge: string; readonly ask: number }
  /** To home: what a POST's client could not be given. */
  | { readonly type: 'restore'; readonly clientId: string; readonly deliveries: readonly Packed[] }
  /** To home: the sockets that live and carry sessions of it. */
  | { readonly type: 'alive'; readonly edge: string; readonly sockets: readonly number[] }
  /** To home: the socket carries its session no more. */
  | { readonly type: 'gone'; readonly edge: string; readonly socket: number }
  /** To edge: end this socket. */
  | { readonly type: 'close'; readonly socket: number; readonly code: number; readonly reason: string };

const CLOSE_CODES = [1000, 1001, 1008, 1011, 1012, 1013];
/** The reasons that we give are short, and RFC 6455 gives them 123 bytes. */
const REASON_LENGTH = 40;

export type Packed = string | readonly [channel: string, payload: string];

export function parseEnvelope(text: string): Envelope | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const { type, edge, ask, socket, guests, mayHold, message, replies, clientId, deliveries, sockets, code, reason } =
    value;
  switch (type) {
    case 'ask':
      if (!isText(edge) || !isNumber(ask)) return undefined;
      return {
        ...{ type, edge, ask, guests: guests === true, mayHold: mayHold === true, message },
        ...(isNumber(socket) ? { socket } : {}),
      };
    case 'answer':
      return isNumber(ask) && isList(replies, isPacked) ? { type, ask, replies } : undefined;
    case 'hung-up':
      return isText(edge) && isNumber(ask) ? { type, edge, ask } : undefined;
    case 'restore':
      return isText(clientId) && isList(deliveries, isPacked) ? { type, clientId, deliveries } : undefined;
    case 'alive':
      return isText(edge) && isList(sockets, isNumber) ? { type, edge, sockets } : undefined;
    case 'gone':
      return isText(edge) && isNumber(socket) ? { type, edge, socket } : undefined;
    case 'close':
      return isNumber(socket) && isCloseCode(code) && isText(reason) && reason.length <= REASON_LENGTH
        ? { type, socket, code, reason }
        : undefined;
    default:
      return undefined;
  }
}

export function pack(reply: Reply): Packed {
  return reply instanceof Prepared ? [reply.channel, reply.payload] : replyJson(reply);
}

export function unpack(packed: Packed): Prepared | Written {
  return typeof packed === 'string' ? new Written(packed) : Prepared.ofJson(...packed);
}

/** The message as a client writes it: the other process reads it as it reads those of clients. */
export function rawOf(message: SessionMessage): object {
  const { type, clientId, id, natter } = message;
  const common = { clientId, id, ...(natter ? { ext: { natter } } : {}) };
  switch (type) {
    case 'connect': {
      const advice = message.hold === undefined ? {} : { advice: { timeout: message.hold } };
      return { channel: '/meta/connect', connectionType: 'any', ...common, ...advice };
    }
    case 'disconnect':
      return { channel: '/meta/disconnect', ...common };
    case 'subscribe':
    case 'unsubscribe':
      return { channel: `/meta/${type}`, ...common, subscription: message.subscription };
    case 'publish':
      return { channel: message.to.name, ...common, data: message.payload };
  }
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** RFC 6455, section 7.4: what an endpoint may send; `ws` throws for others. */
function isCloseCode(value: unknown): value is number {
  return isNumber(value) && (CLOSE_CODES.includes(value) || (value >= 3_000 && value < 5_000));
}

function isPacked(value: unknown): value is Packed {
  if (isText(value)) return isRecord(parseJson(value));
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [channel, payload] = value;
  return isText(channel) && isText(payload) && parseJson(payload) !== undefined;
}

function isList<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}
