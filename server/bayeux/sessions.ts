import { cleanName } from '../../protocol/names.ts';
import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';
import type { NatterExt } from '../gate/message.ts';
import type { Login } from '../trust/login.ts';
import type { Person } from '../trust/person.ts';
import { randomText, sameSecret } from '../trust/secrets.ts';
import type { PollCarrier, SocketCarrier } from './carrier.ts';
import type { Faye } from './faye.ts';
import { Order } from './order.ts';

/** How messages reach a session's client now. */
export type Transport =
  | { readonly type: 'none' }
  | { readonly type: 'socket'; readonly socket: SocketCarrier }
  | { readonly type: 'poll'; readonly poll: PollCarrier };

/** A Bayeux client between its handshake and its end. */
export interface Session {
  readonly clientId: string;
  /** What our own clients show with each request; undefined for a plain client, whose clientId is its secret. */
  readonly secret: string | undefined;
  /** What joins of this session sign. */
  readonly nonce: string;
  readonly name: string | undefined;
  /** Whom it speaks for, as its last token says. */
  login: Login;
  readonly person: Person;
  /** Why it was cut, if it was: what its client is told. */
  ending: Refused | undefined;
  /** Names of the channels it is subscribed to. */
  readonly channels: Set<string>;
  /** A socket here has this session as its `session`, and the other way round. */
  transport: Transport;
  /** Runs out while there is no transport. */
  expiry: NodeJS.Timeout | undefined;
  readonly order: Order;
}

/** ms for which a session outlives what carried it. A dead socket is noticed after 9 s: 14 s in all. */
export const GRACE = { handshake: 15_000, socket: 5_000, poll: 10_000 } as const;

const NONE: Transport = { type: 'none' };

/** Which clients there are, what carries each of them, and when they end. */
export class Sessions {
  private readonly byId = new Map<string, Session>();
  private readonly faye: Faye;

  /** @param onEnd called once for each session that ends, however it does */
  constructor(faye: Faye, onEnd: (session: Session) => void) {
    this.faye = faye;
    faye.proxy.bind('disconnect', (clientId = '') => {
      const session = this.byId.get(clientId);
      if (!session) return;
      this.byId.delete(clientId);
      clearTimeout(session.expiry);
      if (session.transport.type === 'socket') session.transport.socket.session = undefined;
      session.transport = NONE;
      onEnd(session);
    });
  }

  get size(): number {
    return this.byId.size;
  }

  get(clientId: string): Session | undefined {
    return this.byId.get(clientId);
  }

  all(): Iterable<Session> {
    return this.byId.values();
  }

  create(clientId: string, natter: NatterExt | undefined, login: Login): Session {
    const session: Session = {
      clientId,
      secret: natter ? randomText(24) : undefined,
      nonce: randomText(18),
      name: cleanName(natter?.name),
      login,
      get person() {
        return session.login.person;
      },
      ending: undefined,
      channels: new Set(),
      transport: NONE,
      expiry: undefined,
      order: new Order(),
    };
    this.byId.set(clientId, session);
    this.expire(session, GRACE.handshake);
    return session;
  }

  end(session: Session): void {
    this.faye.proxy.destroyClient(session.clientId);
  }

  /** Ends a session whose client is told why. */
  cut(session: Session, why: Refused): void {
    session.ending = why;
    this.end(session);
  }

  endAll(): void {
    for (const session of [...this.byId.values()]) this.end(session);
  }

  /** Answers every held poll with what it has. */
  releasePolls(): void {
    for (const { clientId, transport } of this.byId.values()) {
      if (transport.type === 'poll') this.faye.proxy.flushConnection(clientId);
    }
  }

  /** Whether this message may speak for the session: our clients show the secret, others came by the clientId. */
  authorise(session: Session, natter: NatterExt | undefined): Result<undefined> {
    if (session.secret === undefined || sameSecret(session.secret, natter?.session)) return accept(undefined);
    return refuse('wrong_secret', 'the session secret is missing or wrong');
  }

  /**
   * Lets a socket carry the session. With the secret it takes the place of what carried it before; a plain client's
   * live transport is never taken over, since whoever knows its clientId may have stolen it.
   */
  attach(session: Session, socket: SocketCarrier): Result<undefined> {
    if (isBusy(session, socket)) return inUse();
    if (socket.session && socket.session !== session) this.socketGone(socket);
    this.release(session);
    session.transport = { type: 'socket', socket };
    socket.session = session;
    this.faye.engine.attach(session.clientId, socket);
    return accept(undefined);
  }

  /** Lets a held /meta/connect carry the session, until `pollGone`. */
  hold(session: Session, poll: PollCarrier): Result<undefined> {
    if (isBusy(session, poll)) return inUse();
    this.release(session);
    session.transport = { type: 'poll', poll };
    return accept(undefined);
  }

  socketGone(socket: SocketCarrier): void {
    const { session } = socket;
    if (!session) return; // another transport has taken its place
    socket.session = undefined;
    this.faye.engine.detach(session.clientId, socket);
    this.faye.proxy.flushConnection(session.clientId); // or messages would go to the connect that this socket held
    session.transport = NONE;
    this.expire(session, GRACE.socket);
  }

  pollGone(session: Session, poll: PollCarrier): void {
    if (session.transport.type !== 'poll' || session.transport.poll !== poll) return;
    session.transport = NONE;
    this.expire(session, GRACE.poll);
  }

  /** The client hung up while its connect was held: what the connect had taken waits for the next one. */
  pollBroken(session: Session, poll: PollCarrier): void {
    if (session.transport.type !== 'poll' || session.transport.poll !== poll) return;
    this.faye.proxy.flushConnection(session.clientId);
    this.pollGone(session, poll);
  }

  /** Takes the session off what carries it, to put it on something else. */
  private release(session: Session): void {
    clearTimeout(session.expiry);
    session.expiry = undefined;
    const { transport } = session;
    session.transport = NONE;
    if (transport.type === 'none') return;
    if (transport.type === 'socket') {
      this.faye.engine.detach(session.clientId, transport.socket);
      transport.socket.session = undefined;
      transport.socket.close(1000, 'moved');
    }
    this.faye.proxy.flushConnection(session.clientId);
  }

  private expire(session: Session, ms: number): void {
    if (!this.byId.has(session.clientId)) return;
    clearTimeout(session.expiry);
    session.expiry = setTimeout(() => this.end(session), ms).unref();
  }
}

function isBusy({ secret, transport }: Session, by: SocketCarrier | PollCarrier): boolean {
  if (secret !== undefined) return false;
  if (transport.type === 'socket') return transport.socket !== by && transport.socket.isOpen();
  return transport.type === 'poll' && transport.poll !== by && transport.poll.isOpen();
}

function inUse(): Result<never> {
  return refuse('transport_in_use', 'this clientId is connected already');
}
