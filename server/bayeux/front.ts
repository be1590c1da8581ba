import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';
import type { Delivery } from '../engines/engine.ts';
import type { Message, MessageOf, RefusedMessage, SessionMessage } from '../gate/message.ts';
import type { Limits } from '../limits/limits.ts';
import type { Metrics } from '../observe/metrics.ts';
import { settled } from '../rooms/publication.ts';
import type { Logins } from '../trust/logins.ts';
import type { Acts, WholeMessage } from './acts.ts';
import type { Carrier } from './carrier.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { Faye } from './faye.ts';
import { negotiate } from './handshake.ts';
import type { Poll } from './poll.ts';
import { echoOf, type Reply, refusalReply, withNatter } from './replies.ts';
import type { Session, Sessions } from './sessions.ts';

export interface FrontPorts {
  readonly faye: Faye;
  readonly sessions: Sessions;
  readonly acts: Acts;
  readonly metrics: Metrics;
  readonly logins: Logins;
  readonly limits: Limits;
  readonly now: () => number;
  /** Undefined where this is the only process. */
  readonly elsewhere?: Elsewhere | undefined;
  /** A bug: what was thrown while a message was acted on. */
  readonly onError: (error: unknown) => void;
}

/** What one payload's messages share. */
interface Batch {
  readonly carrier: Carrier;
  /** The sessions for which it has shown that it may speak. */
  readonly authorised: Set<Session>;
  /** Whether a connect may be held: among other messages of a POST it would keep their answers back. */
  readonly mayHold: boolean;
}

const ENDED = refuse('unknown_session', 'the session has ended');

/** Takes messages that have passed the gate to their session, in order, and brings back the answers. */
export class Front {
  private readonly ports: FrontPorts;
  private draining = false;
  private exchanges = 0;

  constructor(ports: FrontPorts) {
    this.ports = ports;
  }

  /** The relay is closing: it takes no new sessions and no POSTs; a socket is served until its turn to close. */
  drain(): void {
    this.draining = true;
  }

  /** POSTs that are not answered yet. */
  get pending(): number {
    return this.exchanges;
  }

  /** The answers to a payload's messages, in their order, each as it comes. None of them rejects. */
  receive(
    messages: readonly (Message | RefusedMessage)[],
    carrier: Carrier,
    mayHold: boolean = carrier.type === 'socket' || messages.length === 1,
  ): readonly Promise<readonly Reply[]>[] {
    const batch: Batch = { carrier, authorised: new Set(), mayHold };
    this.ports.metrics.received.inc(messages.length);
    const flood = this.ports.limits.arrived(carrier.address, messages.length);
    if (flood) return messages.map(async (message) => this.refused(flood, message));
    return messages.map((message) => this.answer(message, batch));
  }

  /** Answers a POST once all its messages have been acted on and its connect, if it has one, is over. */
  async exchange(messages: readonly (Message | RefusedMessage)[], poll: Poll): Promise<void> {
    this.exchanges += 1;
    const replies = (await Promise.all(this.receive(messages, poll))).flat();
    this.exchanges -= 1;
    const lost = poll.answer(replies);
    const connect = messages.find((message) => message.type === 'connect');
    if (lost.length > 0 && connect?.type === 'connect') this.restore(connect.clientId, lost);
  }

  private async answer(message: Message | RefusedMessage, batch: Batch): Promise<readonly Reply[]> {
    try {
      if (message.type === 'refused') return this.refused(message.refusal, message);
      const isLate = message.type === 'handshake' || batch.carrier.type === 'poll';
      if (this.draining && isLate) return this.refused(refuse('closing', 'the relay is closing'), message);
      if (message.type === 'handshake') return await this.handshake(message, batch.carrier);
      const home = this.homeOf(message);
      if (home !== undefined) {
        return (await this.ports.elsewhere?.forward(home, message, batch.carrier, batch.mayHold)) ?? [];
      }
      const session = this.admit(message, batch);
      return session.ok ? await this.inOrder(session.value, message, batch) : this.refused(session, message);
    } catch (error) {
      this.ports.onError(error); // answered like a refusal: one broken message must not end the process
      return this.refused(refuse('internal', 'the relay failed'), message);
    }
  }

  /** Where the session is, if it is at another process. */
  private homeOf({ clientId }: SessionMessage): string | undefined {
    return this.ports.sessions.get(clientId) ? undefined : this.ports.elsewhere?.homeOf(clientId);
  }

  private restore(clientId: string, lost: readonly Delivery[]): void {
    const home = this.ports.sessions.get(clientId) ? undefined : this.ports.elsewhere?.homeOf(clientId);
    if (home === undefined) this.ports.faye.engine.restore(clientId, lost);
    else this.ports.elsewhere?.restore(home, clientId, lost);
  }

  private async handshake(message: MessageOf<'handshake'>, { guests, address }: Carrier): Promise<readonly Reply[]> {
    const { faye, sessions, logins, limits } = this.ports;
    const tooMany = limits.handshake(address);
    if (tooMany) return this.refused(tooMany, message);
    const offer = negotiate(message);
    if (!offer.ok) return this.refused(offer, message);
    const login = await logins.enter(message.natter, guests);
    if (!login.ok) return this.refused(login, message);
    const tooFast = limits.login(login.value.person);
    if (tooFast) return this.refused(tooFast, message);
    const [reply] = await faye.run(offer.value.request);
    if (!reply.successful || reply.clientId === undefined) return [reply];
    const session = sessions.create(reply.clientId, message.natter, login.value);
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
      carrier.onClose(() => sessions.pollBroken(session, carrier));
      return sessions.hold(session, carrier);
    }
    if (carrier.session === session) return accept(undefined);
    if (carrier.home !== undefined) this.ports.elsewhere?.leave(carrier);
    // A stock client may still hold a poll when its socket opens: the socket then carries what is sent on it alone.
    const waits = session.secret === undefined && session.transport.type === 'poll' && message.type !== 'connect';
    return waits ? accept(undefined) : sessions.attach(session, carrier);
  }

  /** Acts on a session's messages in their order; a held connect lets the next ones pass. */
  private inOrder(session: Session, message: SessionMessage, batch: Batch): Promise<readonly Reply[]> {
    if (message.type === 'publish') return this.publish(session, message);
    const act = () => this.act(session, message, batch);
    return message.type === 'connect' ? session.order.apart(act) : session.order.whole(act);
  }

  private publish(session: Session, message: MessageOf<'publish'>): Promise<readonly Reply[]> {
    const { acts } = this.ports;
    return session.order.publish(
      () => (this.isLive(session) ? acts.begin(session, message) : settled(ENDED)),
      async (publication) => {
        const outcome = this.isLive(session) ? await acts.finish(publication, message) : (session.ending ?? ENDED);
        return outcome.ok ? outcome.value : this.refused(outcome, message);
      },
    );
  }

  private async act(session: Session, message: WholeMessage, batch: Batch): Promise<readonly Reply[]> {
    if (!this.isLive(session)) return this.refused(session.ending ?? ENDED, message);
    const { carrier, mayHold } = batch;
    const renewed = message.type === 'subscribe' ? await this.renew(session, message) : accept(undefined);
    if (!renewed.ok) return this.refused(renewed, message);
    const outcome = await this.ports.acts.act(session, message, carrier.type, mayHold);
    if (message.type === 'connect' && carrier.type === 'poll') this.ports.sessions.pollGone(session, carrier);
    // A held connect is how the client of a session that was cut learns of it.
    if (session.ending) return this.refused(session.ending, message);
    return outcome.ok ? outcome.value : this.refused(outcome, message);
  }

  /** A join may bring the next token, so that the session goes on when the one before expires. */
  private async renew(session: Session, { natter }: MessageOf<'subscribe'>): Promise<Result<undefined>> {
    if (natter?.token === undefined) return accept(undefined);
    const login = await this.ports.logins.renew(session.login, natter.token);
    if (!login.ok) return login;
    if (!this.isLive(session)) return session.ending ?? ENDED;
    session.login = login.value;
    this.ports.acts.narrowed(session);
    return accept(undefined);
  }

  private isLive(session: Session): boolean {
    return this.ports.sessions.get(session.clientId) === session;
  }

  private refused(refusal: Refused, message: Message | RefusedMessage): readonly Reply[] {
    this.ports.metrics.refused(refusal.code);
    return [refusalReply(refusal, echoOf(message))];
  }
}
