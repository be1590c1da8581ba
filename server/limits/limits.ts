import type { RoomName } from '../../protocol/ids.ts';
import { type Refused, refuse } from '../../protocol/result.ts';
import type { LimitSettings } from '../settings-limits.ts';
import type { Person } from '../trust/person.ts';
import type { OpenAccount } from './account.ts';
import { Bucket, PAUSE_MS } from './bucket.ts';
import { Connections } from './connections.ts';
import { Overtaking } from './overtaking.ts';
import { type Limit, windowOf } from './rate.ts';
import { Tally } from './tally.ts';

/** Whose limit was reached. The only thing that metrics tell of it. */
export type Scope = 'session' | 'user' | 'address' | 'room';

/** What sessions do that is counted. An entry is a message; signals are all else that is published, and subscriptions to it. */
export type Act = 'messages' | 'signals' | 'joins';

/** A session, as far as its limits go. */
export interface Counted {
  readonly person: Pick<Person, 'user'>;
}

/** What a member is about to say. */
export interface Saying {
  /** Whatever stands for it as long as it is in the room. */
  readonly member: object;
  readonly room: RoomName;
  readonly seq: number | undefined;
}

export interface LimitsPorts {
  readonly settings: LimitSettings;
  readonly openAccount: OpenAccount;
  /** ms of a clock that never goes back. */
  readonly now: () => number;
  readonly onRefused: (scope: Scope) => void;
}

/** ms after which somebody who found no room may look again. */
const FULL_MS = 5_000;

type Buckets = { readonly [Key in Act]: Bucket | undefined };
type Tallies = { readonly [Key in Act | 'handshakes']: Tally | undefined };

/**
 * Who does too much. A session has its buckets; a user (all their sessions), an address and a room are tallied, also over many
 * processes. A guest is no user here: it would be another one with each key. Each question counts what it asks about.
 */
export class Limits {
  private readonly ports: LimitsPorts;
  private readonly buckets = new WeakMap<Counted, Buckets>();
  private readonly user: Tallies;
  private readonly address: { readonly messages: Tally | undefined; readonly handshakes: Tally | undefined };
  private readonly room: Tally | undefined;
  private readonly overtaking = new Overtaking();
  private readonly connections: Connections;

  constructor(ports: LimitsPorts) {
    this.ports = ports;
    const { settings } = ports;
    this.user = {
      messages: this.tally('user-messages', settings.limitUserMessages),
      signals: this.tally('user-signals', settings.limitUserSignals),
      joins: this.tally('user-joins', settings.limitUserJoins),
      handshakes: this.tally('user-handshakes', settings.limitUserHandshakes),
    };
    this.address = {
      messages: this.tally('address-messages', settings.limitAddressMessages),
      handshakes: this.tally('address-handshakes', settings.limitAddressHandshakes),
    };
    this.room = this.tally('room-messages', settings.limitRoomMessages);
    this.connections = new Connections(settings.limitAddressConnections);
  }

  /** One more connection of an address, until the function that comes back is called. @param address undefined: exempt */
  connect(address: string | undefined): (() => void) | Refused {
    const leave = this.connections.enter(address);
    if (leave) return leave;
    this.ports.onRefused('address');
    return refuse('too_many_connections', 'too many connections from this address', FULL_MS);
  }

  /** So many Bayeux messages of any kind have come from an address. */
  arrived(address: string | undefined, messages: number): Refused | undefined {
    return this.judge('address', address === undefined ? 0 : this.address.messages?.take(address, messages));
  }

  /** Somebody wants a session: asked before their token is looked at. */
  handshake(address: string | undefined): Refused | undefined {
    return this.judge('address', address === undefined ? 0 : this.address.handshakes?.take(address));
  }

  /** Somebody whose token holds gets a session. */
  login({ user }: Counted['person']): Refused | undefined {
    return this.judge('user', user === undefined ? 0 : this.user.handshakes?.take(user));
  }

  /** A session acts. */
  act(session: Counted, act: Act, count = 1): Refused | undefined {
    const { user } = session.person;
    const refused = this.judge('session', this.bucketsOf(session)[act]?.take(this.ports.now(), count));
    return (
      refused ??
      this.judge('user', user === undefined ? 0 : this.rested(session, act, this.user[act]?.take(user, count)))
    );
  }

  /** A member says something in a room. @param seq the number of its entry, where it makes them itself */
  say(session: Counted, { member, room, seq }: Saying): Refused | undefined {
    const now = this.ports.now();
    const isEarly = seq !== undefined && this.overtaking.isEarly(member, seq, now);
    const refused = isEarly
      ? this.judge('session', PAUSE_MS)
      : (this.act(session, 'messages') ?? this.judge('room', this.rested(session, 'messages', this.room?.take(room))));
    if (seq === undefined) return refused;
    if (refused) this.overtaking.noteRefused(member, seq, now, refused.retryAfter ?? 0);
    else this.overtaking.notePassed(member, seq);
    return refused;
  }

  /**
   * What a session said it had said before: whoever lost the answers to hundreds of messages brings them all again, and
   * should not wait for that. It was no message but a signal, as long as those last.
   */
  repeated(session: Counted): void {
    const { messages, signals } = this.bucketsOf(session);
    if (signals?.takeSpare(this.ports.now()) !== false) messages?.give();
  }

  /** Somebody wants to be a member of a room that has so many. */
  enter(members: number): Refused | undefined {
    const most = this.ports.settings.limitRoomMembers;
    if (most === 0 || members < most) return undefined;
    this.ports.onRefused('room');
    return refuse('room_full', `at most ${most} members`, FULL_MS);
  }

  close(): void {
    const tallies = [...Object.values(this.user), ...Object.values(this.address), this.room];
    for (const tally of tallies) tally?.close();
  }

  private judge(scope: Scope, wait = 0): Refused | undefined {
    if (wait === 0) return undefined;
    this.ports.onRefused(scope);
    return refuse('too_fast', WHY[scope], Math.ceil(wait));
  }

  /** A window may end between two messages of a session: the second must not pass where the first did not. */
  private rested(session: Counted, act: Act, wait = 0): number {
    if (wait === 0) return 0;
    this.bucketsOf(session)[act]?.rest(this.ports.now());
    return Math.max(PAUSE_MS, wait);
  }

  private bucketsOf(session: Counted): Buckets {
    const known = this.buckets.get(session);
    if (known) return known;
    const { limitMessages, limitSignals, limitJoins } = this.ports.settings;
    const now = this.ports.now();
    const open = (limit: Limit) => (limit === 'off' ? undefined : new Bucket(limit, now));
    const made: Buckets = { messages: open(limitMessages), signals: open(limitSignals), joins: open(limitJoins) };
    this.buckets.set(session, made);
    return made;
  }

  private tally(name: string, limit: Limit): Tally | undefined {
    if (limit === 'off') return undefined;
    return new Tally(limit, this.ports.openAccount(name, windowOf(limit)), this.ports.now);
  }
}

const WHY: Readonly<Record<Scope, string>> = {
  session: 'this session is too fast',
  user: 'this user is too fast',
  address: 'too much comes from this address',
  room: 'too much is said in this room',
};
