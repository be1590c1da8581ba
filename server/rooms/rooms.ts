import type { Channel } from '../../protocol/channels.ts';
import { parseEntryFrame } from '../../protocol/frames.ts';
import { highestSeq } from '../../protocol/have.ts';
import type { RoomName } from '../../protocol/ids.ts';
import type { JoinReply, Renewal } from '../../protocol/join.ts';
import { parseJson } from '../../protocol/json.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { registerOf } from '../../protocol/moderation.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import { barring, isBanned, slowNow } from '../../protocol/rules.ts';
import type { ChannelRef, NatterExt } from '../gate/message.ts';
import type { Limits } from '../limits/limits.ts';
import { Certificates } from '../trust/certificates.ts';
import { PublicKeys } from '../trust/keys.ts';
import { mayEnter } from '../trust/person.ts';
import type { AppendingPorts } from './appending.ts';
import {
  iceFor,
  type JoinPlan,
  type JoinPorts,
  type JoinSettings,
  joinReply,
  logRequest,
  planJoin,
} from './joining.ts';
import { Members, type Roster } from './members.ts';
import type { Messenger } from './presence.ts';
import type { Publication } from './publication.ts';
import { Publishing } from './publishing.ts';
import type { Registry } from './registry.ts';
import { countOf, type Membership, memberOf, type Room, type Visitor } from './room.ts';
import type { Opening, Soon } from './room-log.ts';
import { SENTENCES } from './rule-refusals.ts';
import type { Rulebooks } from './rulebook.ts';

/** The answer of a room's log to a join, made when it is called. */
export type Answer = () => Opening;

/** A subscription that may stand, with the joins it brings. */
export interface SubscriptionPlan {
  readonly channels: readonly ChannelRef[];
  readonly joins: readonly JoinPlan[];
  /** Of a member who wants a new certificate and nothing else. */
  readonly renewal: JoinPlan | undefined;
}

export interface RoomsPorts {
  readonly registry: Registry;
  readonly messenger: Messenger;
  /** Tells other processes who is here. Without it there are none. */
  readonly roster?: Roster;
  /** Settles when a room can be joined; false: not now. */
  readonly prepare?: (room: Room) => Soon<boolean>;
  readonly share?: NonNullable<AppendingPorts['share']>;
  readonly limits: Limits;
  readonly settings: JoinSettings;
  readonly now: () => number;
  readonly onEntry: () => void;
  readonly onReport: () => void;
  /** Keeps what moderators decide where it outlives this process; without it there is no such place. */
  readonly keepRuling?: Rulebooks['keep'];
  /** What the relay's key is made of; undefined: relays share one that is not known yet. */
  readonly secret: () => string | undefined;
  /** What the keys of hosted replicas are made of: one that is not older than the logs. */
  readonly hostSecret: () => string | undefined;
}

/** What sessions may do in rooms, and what then happens there. */
export class Rooms {
  private readonly ports: RoomsPorts;
  private readonly certificates: Certificates;
  readonly members: Members;
  private readonly publishing: Publishing;

  constructor(ports: RoomsPorts) {
    this.ports = ports;
    const { secret, now } = ports;
    this.certificates = new Certificates({ secret, now, keys: new PublicKeys(now) });
    this.members = new Members(ports.messenger, (room) => ports.registry.release(room), ports.roster);
    const enforce = (room: Room) => this.enforce(room);
    this.publishing = new Publishing({ ...ports, certificates: this.certificates, enforce }, this.members);
  }

  /** Decides on all channels of a subscription before any of them is subscribed. */
  planSubscription(
    visitor: Visitor,
    { channels, natter }: { readonly channels: readonly ChannelRef[]; readonly natter: NatterExt | undefined },
  ): Result<SubscriptionPlan> {
    const rooms = channels.filter(({ channel }) => channel.type === 'room').length;
    const { limits } = this.ports;
    const tooFast = rooms > 0 ? limits.act(visitor, 'joins', rooms) : limits.act(visitor, 'signals');
    if (tooFast) return tooFast;
    const all = new Set([...visitor.channels, ...channels.map(({ name }) => name)]);
    if (all.size > LIMITS.subscriptions) {
      return refuse('too_many_subscriptions', `at most ${LIMITS.subscriptions} subscriptions`);
    }
    if (natter?.key !== undefined && channels.length > 1) {
      return refuse('malformed', 'a key joins one room at a time');
    }
    const joins: JoinPlan[] = [];
    let renewal: JoinPlan | undefined;
    for (const { channel } of channels) {
      if (channel.type !== 'room') continue;
      const present = this.members.find(visitor, channel.room);
      const plan = planJoin(visitor, channel.room, natter, present, this.joinPorts());
      if (!plan.ok) return plan;
      if (plan.value.request.renew) {
        renewal = plan.value;
        continue;
      }
      const full = this.mayEnter(plan.value);
      if (!full.ok) return full;
      joins.push(plan.value);
    }
    const joining = new Set(joins.map(({ room }) => room));
    for (const { channel } of channels) {
      const may = this.mayListen(visitor, channel, joining);
      if (!may.ok) return may;
    }
    return accept({ channels, joins, renewal });
  }

  private joinPorts(): JoinPorts {
    const { settings, hostSecret } = this.ports;
    const { certificates } = this;
    // Without a log nobody could tell where the chain of a replica that comes again ended.
    return { guests: settings.guests, certificates, hostSecret: settings.history > 0 ? hostSecret() : undefined };
  }

  /**
   * Looks up in the logs what the joins ask, before the subscription is made: an answer for each. The rooms are kept until
   * `opened`.
   */
  open({ joins }: SubscriptionPlan): Soon<Result<readonly Answer[]>> {
    const answers = joins.map((plan) => this.openOne(plan));
    const atOnce = answers.flatMap((answer) => (answer instanceof Promise ? [] : [answer]));
    return atOnce.length === answers.length ? allOf(atOnce) : Promise.all(answers).then(allOf);
  }

  /** What `open` began has come to its end, whatever that was. */
  opened({ joins }: SubscriptionPlan): void {
    for (const { room: name } of joins) {
      const room = this.ports.registry.find(name);
      if (room) room.joining -= 1;
    }
  }

  private openOne(plan: JoinPlan): Soon<Result<Answer>> {
    const room = this.ports.registry.open(plan.room);
    room.joining += 1;
    const ready = this.ports.prepare?.(room) ?? true;
    return ready instanceof Promise ? ready.then((can) => this.look(room, plan, can)) : this.look(room, plan, ready);
  }

  /** Looks in the log, unless a moderator keeps this member out. */
  private look(room: Room, plan: JoinPlan, isReady: boolean): Soon<Result<Answer>> {
    if (!isReady) return readable(undefined);
    const barred = barring(room.rulebook.rules, plan.member);
    if (barred) return refuse(barred.code, SENTENCES[barred.code]);
    const found = room.log.open(logRequest(plan), this.ports.now());
    return found instanceof Promise ? found.then(readable) : readable(found);
  }

  /** Another process has brought an entry to the room, as JSON: what moderators decided holds here, too. */
  heard(name: RoomName, text: string): void {
    const room = this.ports.registry.find(name);
    if (!room) return;
    const isRuling = text.includes(RULING);
    if (!isRuling && slowNow(room.rulebook.rules) === 0) return;
    const parsed = parseEntryFrame(parseJson(text));
    if (!parsed.ok) return;
    const { entry, author } = parsed.value;
    if (entry.kind === 'message' && author) room.rulebook.hear(author.user, entry.id, this.ports.now());
    if (isRuling && room.rulebook.note(parsed.value)) this.enforce(room);
  }

  /** Whoever is banned is out of the room. They are told by the ruling itself. */
  enforce(room: Room): void {
    const { rules } = room.rulebook;
    for (const membership of [...room.members.values()]) {
      const { member, visitor } = membership;
      if (!isBanned(rules, member)) continue;
      const told = room.rulebook.frame(registerOf({ type: 'ban', user: member.user, have: {} }));
      if (told) this.ports.messenger.send(visitor.clientId, room.channel, told);
      this.members.leave(membership);
    }
  }

  /** Called once the subscription stands. Answers a join of one room. */
  subscribed(
    visitor: Visitor,
    { channels, joins, renewal }: SubscriptionPlan,
    answers: readonly Answer[],
  ): JoinReply | Renewal | undefined {
    const { relayKey = '' } = this.certificates; // every plan has a certificate of this key
    if (renewal) return this.renew(visitor, renewal, relayKey);
    const replies = answers.flatMap((answer, index) => {
      const plan = joins[index];
      if (!plan) return [];
      const room = this.ports.registry.open(plan.room);
      const membership = this.members.enter(visitor, room, plan);
      const opening = answer();
      resume(membership, opening, plan.request);
      const reply = joinReply(membership, opening, this.ports.settings, relayKey, this.ports.now());
      if (!visitor.channels.has(room.presence)) {
        membership.told = { replicas: new Set(reply.members.map(({ replica }) => replica)), count: reply.count };
      }
      return [reply];
    });
    for (const { name, channel } of channels) {
      visitor.channels.add(name);
      const membership = channel.type === 'presence' ? this.members.find(visitor, channel.room) : undefined;
      if (membership) this.members.catchUp(membership);
    }
    // Somebody may have been banned while the subscription was made.
    for (const { room: name } of joins) {
      const room = this.ports.registry.find(name);
      if (room) this.enforce(room);
    }
    return replies.length === 1 ? replies[0] : undefined;
  }

  /** The member stays as it is but for its certificate and what it may use for links. */
  private renew(visitor: Visitor, { room, certificate, member }: JoinPlan, relayKey: string): Renewal {
    const membership = this.members.find(visitor, room);
    if (membership) membership.certificate = certificate;
    const { settings, now } = this.ports;
    const ice = iceFor(membership?.member ?? member, settings, now());
    return { certificate: certificate.text, relayKey, ...ice };
  }

  /** Called once the subscriptions are gone. Leaving a room's channel is leaving the room. */
  unsubscribed(visitor: Visitor, channels: readonly ChannelRef[]): void {
    for (const { name, channel } of channels) {
      visitor.channels.delete(name);
      const membership = channel.type === 'room' ? this.members.find(visitor, channel.room) : undefined;
      if (membership) this.members.leave(membership);
    }
  }

  /** Begins a publication, to be finished in its turn. */
  publish(visitor: Visitor, channel: Channel, payload: unknown): Publication {
    return this.publishing.begin(visitor, channel, payload);
  }

  /** Its login may let the visitor into fewer rooms than before. */
  narrowed(visitor: Visitor): void {
    this.members.narrow(visitor, (room) => mayEnter(visitor.person, room));
  }

  ended(visitor: Visitor): void {
    this.members.end(visitor);
  }

  /** Whether there is room for one more, unless it is in already. */
  private mayEnter({ room: name, member }: JoinPlan): Result<undefined> {
    const room = this.ports.registry.find(name);
    if (!room || memberOf(room, member.replica)) return accept(undefined);
    return this.ports.limits.enter(countOf(room)) ?? accept(undefined);
  }

  private mayListen(visitor: Visitor, channel: Channel, joining: ReadonlySet<RoomName>): Result<undefined> {
    if (channel.type === 'room') return accept(undefined);
    const membership = this.members.find(visitor, channel.room);
    if (channel.type === 'presence') {
      return membership || joining.has(channel.room)
        ? accept(undefined)
        : refuse('not_a_member', 'join the room first');
    }
    if (!membership) return refuse('not_a_member', 'join the room first');
    return membership.member.replica === channel.replica
      ? accept(undefined)
      : refuse('channel_forbidden', 'a replica listens to its own channel alone');
  }
}

/** A hosted replica that was here before goes on after its last number, as log and client know it. */
function resume({ chain, member }: Membership, { have }: Opening, { after = 0 }: JoinPlan['request']): void {
  if (chain?.seq === 0) chain.seq = Math.max(highestSeq(have[member.replica]), after);
}

function allOf(answers: readonly Result<Answer>[]): Result<readonly Answer[]> {
  const found: Answer[] = [];
  for (const answer of answers) {
    if (!answer.ok) return answer;
    found.push(answer.value);
  }
  return accept(found);
}

function readable(answer: Answer | undefined): Result<Answer> {
  return answer ? accept(answer) : refuse('overloaded', 'the log can not be read now');
}

/** Stands in the JSON of a moderator's entry, and in no text: quotes are escaped there. */
const RULING = '"kind":"moderation"';
