import type { Refused, Result } from '../../protocol/result.ts';
import { accept, refuse } from '../../protocol/result.ts';
import type { Message, MessageOf, RefusedMessage, SessionMessage } from '../gate/message.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { Faye, FayeAnswer } from './faye.ts';
import { negotiate } from './handshake.ts';
import type { Poll } from './poll.ts';
import { type BayeuxReply, echoOf, type Reply, refusalReply, withNatter } from './replies.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Socket } from './socket.ts';

/** Seconds for which a /meta/connect is held; also advised to clients. */
export const HOLD_SECONDS = 30;

export interface FrontPorts {
  readonly faye: Faye;
  readonly sessions: Sessions;
  readonly rooms: Rooms;
  readonly metrics: Metrics;
  readonly guests: 'on' | 'named' | 'off';
  readonly now: () => number;
  /** A bug: what was thrown while a message was acted on. */
  readonly onError: (error: unknown) => void;
}

type Carrier = Socket | Poll;

/** What one payload's messages share: the sessions it has shown it may speak for. */
interface Batch {
  readonly carrier: Carrier;
  readonly authorised: Set<Session>;
  /** A connect among other messages is not held: their answers would wait with it. */
  readonly alone: boolean;
}

/** Takes messages that have passed the gate to their session, the rooms' rules and Faye, and brings back the answers. */
export class Front {
  private readonly ports: FrontPorts;
  private draining = false;
  private exchanges = 0;

  constructor(ports: FrontPorts) {
    this.ports = ports;
  }

  /** From now on every message is refused: the relay is closing. */
  drain(): void {
    this.draining = true;
  }

  /** POSTs that are not answered yet. */
  get pending(): number {
    return this.exchanges;
  }

  /** The answers to a payload's messages, in their order, each as it comes. */
  receive(messages: readonly (Message | RefusedMessage)[], carrier: Carrier): readonly Promise<readonly Reply[]>[] {
    const alone = carrier.type === 'socket' || messages.length === 1;
    const batch: Batch = { carrier, authorised: new Set(), alone };
    this.ports.metrics.received.inc(messages.length);
    return messages.map((message) => this.answer(message, batch));
  }

  /** Answers a POST once all its messages have been acted on and its connect, if it has one, is over. */
  async exchange(messages: readonly (Message | RefusedMessage)[], poll: Poll): Promise<void> {
    this.exchanges += 1;
    const replies = (await Promise.all(this.receive(messages, poll))).flat();
    this.exchanges -= 1;
    const lost = poll.answer(replies);
    const connect = messages.find((message) => message.type === 'connect');
    if (lost.length > 0 && connect?.type === 'connect') this.ports.faye.engine.restore(connect.clientId, lost);
  }

  private async answer(message: Message | RefusedMessage, batch: Batch): Promise<readonly Reply[]> {
    if (message.type === 'refused') return this.refused(message.refusal, message);
    if (this.draining) return this.refused(refuse('closing', 'the relay is closing'), message);
    if (message.type === 'handshake') return this.handshake(message, batch.carrier);
    const session = this.admit(message, batch);
    if (!session.ok) return this.refused(session, message);
    return this.inOrder(session.value, message, batch);
  }

  private async handshake(message: MessageOf<'handshake'>, { guests }: Carrier): Promise<readonly Reply[]> {
    if (!guests)
      return this.refused(refuse('origin', 'without an Origin, guests come from this machine alone'), message);
    if (this.ports.guests === 'off') return this.refused(refuse('guests_off', 'this relay takes no guests'), message);
    const offer = negotiate(message);
    if (!offer.ok) return this.refused(offer, message);
    const [reply] = await this.ports.faye.run(offer.value.request);
    if (!reply.successful || reply.clientId === undefined) return [reply];
    const session = this.ports.sessions.create(reply.clientId, message.natter);
    const answer = { ...reply, supportedConnectionTypes: offer.value.connectionTypes };
    if (session.secret === undefined) return [answer];
    return [withNatter(answer, { session: session.secret, nonce: session.nonce, now: this.ports.now() })];
  }

  /** Finds the message's session and lets its carrier speak for it, or says why not. */
  private admit(message: SessionMessage, { carrier, authorised }: Batch): Result<Session> {
    const session = this.ports.sessions.get(message.clientId);
    if (!session) return refuse('unknown_session', 'no such session');
    if (!authorised.has(session) && (carrier.type === 'poll' || carrier.session !== session)) {
      const may = this.ports.sessions.authorise(session, message.natter);
      if (!may.ok) return may;
      authorised.add(session);
    }
    const carried = this.carry(session, message, carrier);
    return carried.ok ? accept(session) : carried;
  }

  private carry(session: Session, message: SessionMessage, carrier: Carrier): Result<undefined> {
    const { sessions } = this.ports;
    if (carrier.type === 'poll') {
      if (message.type !== 'connect') return accept(undefined);
      carrier.onClose(() => this.pollClosed(session, carrier));
      return sessions.hold(session, carrier);
    }
    if (carrier.session === session) return accept(undefined);
    // A stock client may still hold a poll when its socket opens: the socket then carries what is sent on it alone.
    const waits = session.secret === undefined && session.transport.type === 'poll' && message.type !== 'connect';
    return waits ? accept(undefined) : sessions.attach(session, carrier);
  }

  /** Acts on a session's messages one after another; a held connect lets the next ones pass. */
  private inOrder(session: Session, message: SessionMessage, batch: Batch): Promise<readonly Reply[]> {
    const acted = session.tail
      .then(() => this.act(session, message, batch))
      .catch((error: unknown) => {
        this.ports.onError(error);
        return this.refused(refuse('internal', 'the relay failed'), message);
      });
    if (message.type !== 'connect') session.tail = acted;
    return acted;
  }

  private async act(session: Session, message: SessionMessage, batch: Batch): Promise<readonly Reply[]> {
    if (this.ports.sessions.get(session.clientId) !== session) {
      return this.refused(refuse('unknown_session', 'the session has ended'), message);
    }
    switch (message.type) {
      case 'connect':
        return this.connect(session, message, batch);
      case 'disconnect':
        return this.ports.faye.run({ channel: '/meta/disconnect', clientId: session.clientId, ...idOf(message) });
      case 'subscribe':
        return [await this.subscribe(session, message)];
      case 'unsubscribe':
        return [await this.unsubscribe(session, message)];
      case 'publish':
        return [await this.publish(session, message)];
    }
  }

  private async connect(session: Session, message: MessageOf<'connect'>, batch: Batch): Promise<readonly Reply[]> {
    const asked = batch.alone ? message.hold : 0;
    const timeout = asked === undefined ? undefined : Math.min(asked, HOLD_SECONDS * 1000);
    const answer = await this.ports.faye.run({
      channel: '/meta/connect',
      clientId: session.clientId,
      connectionType: batch.carrier.type === 'socket' ? 'websocket' : 'long-polling',
      ...(timeout === undefined ? {} : { advice: { timeout } }),
      ...idOf(message),
    });
    if (batch.carrier.type === 'poll') this.ports.sessions.pollGone(session, batch.carrier);
    return answer;
  }

  private async subscribe(session: Session, message: MessageOf<'subscribe'>): Promise<BayeuxReply> {
    const { rooms, faye } = this.ports;
    const plan = rooms.planSubscription(session, message);
    if (!plan.ok) return this.refusal(plan, message);
    const [reply] = await faye.run(subscription(session, message));
    if (!reply.successful) return reply;
    const natter = rooms.subscribed(session, plan.value);
    return natter ? withNatter(reply, natter) : reply;
  }

  private async unsubscribe(session: Session, message: MessageOf<'unsubscribe'>): Promise<BayeuxReply> {
    const [reply] = await this.ports.faye.run(subscription(session, message));
    if (reply.successful) this.ports.rooms.unsubscribed(session, message.channels);
    return reply;
  }

  private async publish(session: Session, message: MessageOf<'publish'>): Promise<BayeuxReply> {
    const outcome = this.ports.rooms.publish(session, message.to.channel, message.payload);
    if (!outcome.ok) return this.refusal(outcome, message);
    const { frame, natter } = outcome.value;
    const channel = message.to.name;
    const answer: FayeAnswer | undefined =
      frame && (await this.ports.faye.run({ channel, data: frame, ...idOf(message) }));
    const reply = answer ? answer[0] : { channel, successful: true, ...idOf(message) };
    return natter ? withNatter(reply, natter) : reply;
  }

  /** The client hung up while its connect was held: what the connect had taken waits for the next one. */
  private pollClosed(session: Session, poll: Poll): void {
    if (session.transport.type !== 'poll' || session.transport.poll !== poll) return;
    this.ports.faye.proxy.flushConnection(session.clientId);
    this.ports.sessions.pollGone(session, poll);
  }

  private refused(refusal: Refused, message: Message | RefusedMessage): readonly Reply[] {
    return [this.refusal(refusal, message)];
  }

  private refusal(refusal: Refused, message: Message | RefusedMessage): BayeuxReply {
    this.ports.metrics.refused(refusal.code);
    return refusalReply(refusal, echoOf(message));
  }
}

function subscription({ clientId }: Session, message: MessageOf<'subscribe' | 'unsubscribe'>): object {
  return { channel: `/meta/${message.type}`, clientId, subscription: message.subscription, ...idOf(message) };
}

function idOf({ id }: SessionMessage): { id?: string | number } {
  return id === undefined ? {} : { id };
}
