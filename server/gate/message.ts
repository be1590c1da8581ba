import { type Channel, parseChannel } from '../../protocol/channels.ts';
import { isRecord, isText } from '../../protocol/json.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';

/** `ext.natter` of a message, each field still to be read by whoever wants it. */
export type NatterExt = Readonly<Record<string, unknown>>;

/** A channel as parsed and as it stood in the message. */
export interface ChannelRef {
  readonly name: string;
  readonly channel: Channel;
}

interface Common {
  readonly id: string | number | undefined;
  readonly natter: NatterExt | undefined;
}

interface Subscription {
  readonly clientId: string;
  readonly channels: readonly ChannelRef[];
  /** As it stood in the message: the answer repeats it. */
  readonly subscription: string | readonly string[];
}

/** A Bayeux message from a client that is well formed and names nothing that is out of bounds. */
export type Message =
  | (Common & { readonly type: 'handshake'; readonly version: string; readonly connectionTypes: readonly string[] })
  | (Common & { readonly type: 'connect'; readonly clientId: string; readonly hold: number | undefined })
  | (Common & { readonly type: 'disconnect'; readonly clientId: string })
  | (Common & Subscription & { readonly type: 'subscribe' })
  | (Common & Subscription & { readonly type: 'unsubscribe' })
  | (Common & {
      readonly type: 'publish';
      readonly clientId: string;
      readonly to: ChannelRef;
      readonly payload: unknown;
    });

export type MessageOf<T extends Message['type']> = Message & { readonly type: T };
export type SessionMessage = Exclude<Message, { readonly type: 'handshake' }>;

/** What of a refused message its sender needs to know it again. */
export interface Echo {
  readonly channel?: string;
  readonly id?: string | number;
  readonly clientId?: string;
  readonly subscription?: string | readonly string[];
}

export interface RefusedMessage {
  readonly type: 'refused';
  readonly refusal: Refused;
  readonly echo: Echo;
}

const CLIENT_ID = /^[A-Za-z0-9_-]{1,128}$/;
const ID_LENGTH = 128;

type Fields = Readonly<Record<string, unknown>>;

/** Reads one message; what can't be one is refused with what it takes to answer its sender. */
export function parseMessage(value: unknown): Message | RefusedMessage {
  if (!isRecord(value)) return { type: 'refused', refusal: refuse('malformed', 'a message is an object'), echo: {} };
  const message = readMessage(value);
  return message.ok ? message.value : { type: 'refused', refusal: message, echo: readEcho(value) };
}

function readMessage(fields: Fields): Result<Message> {
  const { channel, id } = fields;
  if (!isText(channel)) return refuse('malformed', 'a message names its channel');
  if (id !== undefined && !isId(id)) return refuse('malformed', 'an id is a short text');
  const natter = readNatter(fields.ext);
  if (!natter.ok) return natter;
  const common: Common = { id, natter: natter.value };
  if (channel === '/meta/handshake') return readHandshake(fields, common);
  const { clientId } = fields;
  if (clientId === undefined) return refuse('not_a_member', 'a message needs a clientId');
  if (!isText(clientId)) return refuse('malformed', 'a clientId is a text');
  if (!CLIENT_ID.test(clientId)) return refuse('unknown_session', 'no such session');
  if (channel === '/meta/connect') return readConnect(fields, common, clientId);
  if (channel === '/meta/disconnect') return accept({ ...common, type: 'disconnect', clientId });
  if (channel === '/meta/subscribe') return readSubscription(fields, common, 'subscribe', clientId);
  if (channel === '/meta/unsubscribe') return readSubscription(fields, common, 'unsubscribe', clientId);
  return readPublish(fields, common, clientId, channel);
}

function readHandshake(fields: Fields, common: Common): Result<Message> {
  const { version, supportedConnectionTypes: types } = fields;
  if (!isText(version) || version === '' || version.length > 16)
    return refuse('malformed', 'a handshake names its version');
  if (!Array.isArray(types) || types.length > 16 || !types.every(isText)) {
    return refuse('malformed', 'a handshake lists connection types');
  }
  return accept({ ...common, type: 'handshake', version, connectionTypes: types });
}

function readConnect(fields: Fields, common: Common, clientId: string): Result<Message> {
  const { connectionType, advice } = fields;
  if (!isText(connectionType)) return refuse('malformed', 'a connect names its connection type');
  if (advice === undefined || advice === null) return accept({ ...common, type: 'connect', clientId, hold: undefined });
  if (!isRecord(advice)) return refuse('malformed', 'advice is an object');
  const { timeout } = advice;
  if (timeout === undefined) return accept({ ...common, type: 'connect', clientId, hold: undefined });
  if (typeof timeout !== 'number' || !(timeout >= 0)) return refuse('malformed', 'a timeout is a number of ms');
  return accept({ ...common, type: 'connect', clientId, hold: timeout });
}

function readSubscription(
  fields: Fields,
  common: Common,
  type: 'subscribe' | 'unsubscribe',
  clientId: string,
): Result<Message> {
  const { subscription } = fields;
  const names: readonly unknown[] = Array.isArray(subscription) ? subscription : [subscription];
  if (!names.every(isText)) return refuse('malformed', 'a subscription is a channel or a list of channels');
  if (names.length > LIMITS.subscriptions) return refuse('too_many_subscriptions', 'too many channels');
  const channels: ChannelRef[] = [];
  for (const name of names) {
    const channel = parseChannel(name);
    if (!channel.ok) return channel;
    channels.push({ name, channel: channel.value });
  }
  return accept({ ...common, type, clientId, channels, subscription: isText(subscription) ? subscription : names });
}

function readPublish(fields: Fields, common: Common, clientId: string, name: string): Result<Message> {
  const channel = parseChannel(name);
  if (!channel.ok) return channel;
  const payload = fields.data;
  if (payload === undefined) return refuse('malformed', 'a publication has data');
  const { id, natter } = common; // no spread: this is the one message that comes thousands of times a second
  return accept({ type: 'publish', id, natter, clientId, to: { name, channel: channel.value }, payload });
}

function readNatter(ext: unknown): Result<NatterExt | undefined> {
  if (ext === undefined || ext === null) return accept(undefined);
  if (!isRecord(ext)) return refuse('malformed', 'ext is an object');
  const natter = Object.hasOwn(ext, 'natter') ? ext.natter : undefined;
  if (natter === undefined || natter === null) return accept(undefined);
  return isRecord(natter) ? accept(natter) : refuse('malformed', 'ext.natter is an object');
}

function readEcho({ channel, id, clientId, subscription }: Fields): Echo {
  return {
    ...(isText(channel) && channel.length <= LIMITS.channelLength ? { channel } : {}),
    ...(isId(id) ? { id } : {}),
    ...(isText(clientId) && CLIENT_ID.test(clientId) ? { clientId } : {}),
    ...(isEchoable(subscription) ? { subscription } : {}),
  };
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' ? value.length <= ID_LENGTH : Number.isSafeInteger(value);
}

/** Bounded, so that a refusal is never much longer than what was refused. */
function isEchoable(value: unknown): value is string | readonly string[] {
  const isName = (name: unknown) => isText(name) && name.length <= LIMITS.channelLength;
  return isName(value) || (Array.isArray(value) && value.length <= LIMITS.subscriptions && value.every(isName));
}
