import { randomInt } from 'node:crypto';
import { bayeuxError, REFUSALS } from '../../protocol/refusals.ts';
import type { Refused } from '../../protocol/result.ts';
import type { Delivery } from '../engines/engine.ts';
import { Prepared } from '../engines/prepared.ts';
import type { Echo, Message, RefusedMessage } from '../gate/message.ts';

export interface Advice {
  readonly reconnect: 'retry' | 'handshake' | 'none';
  /** ms. */
  readonly interval?: number;
  readonly timeout?: number;
}

/** A Bayeux response, as it goes to the client. */
export interface BayeuxReply {
  readonly channel?: string;
  readonly successful: boolean;
  readonly id?: string | number | undefined;
  readonly clientId?: string;
  readonly subscription?: string | readonly string[];
  readonly supportedConnectionTypes?: readonly string[];
  readonly error?: string;
  readonly advice?: Advice;
  readonly ext?: { readonly natter: object } | undefined;
}

/** ms over which clients of a closing relay come back, each at a time of its own. */
const COME_BACK_MS = { least: 500, most: 2_500 } as const;

/** Every answer names a channel (Bayeux 1.0, 3.1); this stands in where the message had none that can be repeated. */
const NO_CHANNEL = '/meta/unsuccessful';

/** A reply that another process has written. */
export class Written {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

export type Reply = BayeuxReply | Delivery | Written;

/** A refusal in Bayeux terms. Where the session is gone, or can't be used this way, the client is told to handshake. */
export function refusalReply(refusal: Refused, echo: Echo): BayeuxReply {
  const { code, message, retryAfter } = refusal;
  const advice = adviceFor(refusal, echo.channel);
  return {
    channel: NO_CHANNEL,
    ...echo,
    successful: false,
    error: bayeuxError(code, message),
    ...(advice ? { advice } : {}),
    ext: { natter: { code, message, ...(retryAfter === undefined ? {} : { retryAfter }) } },
  };
}

/** What of a parsed message its sender needs to know the answer by. */
export function echoOf(message: Message | RefusedMessage): Echo {
  if (message.type === 'refused') return message.echo;
  const id = message.id === undefined ? {} : { id: message.id };
  if (message.type === 'handshake') return { channel: '/meta/handshake', ...id };
  const { clientId } = message;
  if (message.type === 'publish') return { channel: message.to.name, ...id, clientId };
  const channel = `/meta/${message.type}`;
  if (message.type === 'connect' || message.type === 'disconnect') return { channel, ...id, clientId };
  return { channel, ...id, clientId, subscription: message.subscription };
}

export function withNatter(reply: BayeuxReply, natter: object): BayeuxReply {
  return { ...reply, ext: { natter } };
}

export function replyJson(reply: Reply): string {
  return reply instanceof Prepared || reply instanceof Written ? reply.json : JSON.stringify(reply);
}

/** Whether somebody is told that it is too fast. */
export function isTooFast(reply: Reply): boolean {
  return 'error' in reply && reply.error?.startsWith(`${REFUSALS.too_fast}:`) === true;
}

function adviceFor({ code, retryAfter }: Refused, channel: string | undefined): Advice | undefined {
  if (REFUSALS[code] === REFUSALS.too_fast && retryAfter !== undefined) {
    if (channel === '/meta/handshake') return { reconnect: 'handshake', interval: retryAfter };
    return channel === '/meta/connect' ? { reconnect: 'retry', interval: retryAfter } : undefined;
  }
  if (code === 'unknown_session' || code === 'wrong_secret' || code === 'transport_in_use') {
    return { reconnect: 'handshake', interval: 0 };
  }
  if (code === 'token_expired' || code === 'token_revoked' || code === 'token_invalid') {
    // The same token again would meet the same refusal; a session's end says that another one may be had.
    return { reconnect: channel === '/meta/handshake' ? 'none' : 'handshake' };
  }
  if (code === 'origin' || code === 'guests_off') return { reconnect: 'none' };
  if (code === 'closing') return { reconnect: 'retry', interval: randomInt(COME_BACK_MS.least, COME_BACK_MS.most) };
  return channel === '/meta/connect' ? { reconnect: 'handshake' } : undefined;
}
