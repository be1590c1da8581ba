import { mergeClock } from '../../protocol/clock.ts';
import type { Entry } from '../../protocol/entry.ts';
import type { Author, EntryFrame } from '../../protocol/frames.ts';
import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';
import { brokenBy, silencingFor } from '../../protocol/rules.ts';
import type { Messenger } from './presence.ts';
import type { InDoubt, Outcome } from './publication.ts';
import { type Membership, memberOf, type Room, type Visitor } from './room.ts';
import type { Appended, Found, Soon } from './room-log.ts';
import { SENTENCES, tooSoon } from './rule-refusals.ts';

export interface AppendingPorts {
  readonly settings: { readonly history: number };
  readonly now: () => number;
  readonly messenger: Pick<Messenger, 'publish'>;
  /**
   * Brings a frame to the room's members in all processes; settles once it is on its way, or with why it is not. Without it
   * there is one process.
   */
  readonly share?: (channel: string, frame: EntryFrame) => Promise<Refused | InDoubt | undefined>;
  readonly onEntry: () => void;
  /** A member has brought an entry of its own that the log has already. */
  readonly onRepeat: (visitor: Visitor) => void;
}

/** An entry that the rules of its room are to be asked about. */
interface Judged {
  readonly entry: Entry;
  readonly author: Author;
  /** What the log has of it from before. */
  readonly find: () => Soon<Found>;
}

type Known = Extract<Found, { type: 'known' }>;

/** What is done with an entry whose signature is right: the room's rules are asked, then it goes to the log. */
export class Appending {
  private readonly ports: AppendingPorts;

  constructor(ports: AppendingPorts) {
    this.ports = ports;
  }

  /** An entry that breaks a rule is refused, unless it was taken before the rule: then its answer was lost. */
  unlessBroken(
    membership: Membership,
    { entry, author, find }: Judged,
    taken: () => Soon<Result<Outcome>>,
  ): Soon<Result<Outcome>> {
    const broken = this.broken(membership, entry, author);
    if (!broken) return this.hears(membership, entry, author) ? timed(membership, entry, author, taken()) : taken();
    if (this.ports.settings.history === 0) return broken;
    const judge = (found: Found) => {
      if (found.type === 'unavailable') return found.refusal;
      return found.type === 'known' ? this.acknowledge(membership, entry, found) : broken;
    };
    const found = find();
    return found instanceof Promise ? found.then(judge) : judge(found);
  }

  /** Adds it to the log, where the room has one. With a draft it is added once for that, under whatever number. */
  append(membership: Membership, entry: Entry, author: Author, draft?: string): Soon<Result<Outcome>> {
    const { room } = membership;
    room.clock = mergeClock(room.clock, entry.clock);
    if (this.ports.settings.history === 0) {
      const frame: EntryFrame = { v: 1, entry, author };
      const shared = this.ports.share?.(room.channel, frame);
      if (shared) return shared.then((refusal) => this.sharedAs(room, frame, refusal));
      this.ports.onEntry();
      return accept({ frame, natter: { id: entry.id } });
    }
    const appended = room.log.append(entry, author, this.ports.now(), draft);
    return appended instanceof Promise
      ? appended.then((outcome) => this.outcomeOf(membership, entry, author, outcome))
      : this.outcomeOf(membership, entry, author, appended);
  }

  /** Which rule of the room keeps an entry out. */
  private broken(membership: Membership, entry: Entry, author: Author): Refused | undefined {
    const { rulebook } = membership.room;
    const { rules } = rulebook;
    const now = this.ports.now();
    const silenced = isSaidNow(membership, entry, author)
      ? silencingFor(entry.kind, rules, author, now)?.code
      : undefined;
    const code = brokenBy(rules, author, entry) ?? silenced;
    if (code) return refuse(code, SENTENCES[code]);
    const retryAfter = isTimed(membership, entry, author) ? rulebook.wait(author.user, entry.id, now) : 0;
    return retryAfter > 0 ? tooSoon(retryAfter) : undefined;
  }

  /** Whether it begins a wait of slow mode. */
  private hears(membership: Membership, entry: Entry, author: Author): boolean {
    const { rulebook } = membership.room;
    return isTimed(membership, entry, author) && rulebook.hear(author.user, entry.id, this.ports.now());
  }

  private outcomeOf(membership: Membership, entry: Entry, author: Author, appended: Appended): Result<Outcome> {
    const { room } = membership;
    const { id } = entry;
    switch (appended.type) {
      case 'conflict':
        return refuse('sequence_conflict', 'this sequence number has another entry');
      case 'unavailable':
        return this.hereOnly(room, { v: 1, entry, author }, appended.refusal);
      case 'known':
        return this.acknowledge(membership, entry, appended);
      case 'appended': {
        this.ports.onEntry();
        const { frame, epoch, offset } = appended;
        return accept(frame ? { frame, natter: { id, epoch, offset } } : { natter: { id, epoch, offset } });
      }
    }
  }

  /** What was taken before is acknowledged again. */
  private acknowledge(
    { visitor, member }: Membership,
    entry: Entry,
    { id = entry.id, epoch, offset }: Known,
  ): Result<Outcome> {
    if (entry.replica === member.replica) this.ports.onRepeat(visitor);
    return accept({ natter: offset === undefined ? { id } : { id, epoch, offset }, isRepeat: true });
  }

  /**
   * The log is away: the entry is not acknowledged, and its sender will bring it again. Those who are here hear it now,
   * and know it when it comes again; but one that the relay made would come again as another.
   */
  private hereOnly(room: Room, frame: EntryFrame, refusal: Refused): Refused {
    const isHosted = room.members.get(frame.entry.replica)?.chain !== undefined;
    if (!isHosted) this.ports.messenger.publish(room.channel, frame);
    return refusal;
  }

  /** Without a log: what is not on its way to all is not acknowledged either. */
  private sharedAs(room: Room, frame: EntryFrame, refusal: Refused | undefined): Result<Outcome> {
    if (refusal) return this.hereOnly(room, frame, refusal);
    this.ports.onEntry();
    return accept({ natter: { id: frame.entry.id } });
  }
}

/** Whoever is here speaks now, also where another session or member brings the entry: it would be dated back otherwise. */
function isSaidNow({ room, member }: Membership, { replica }: Entry, { user }: Author): boolean {
  return replica === member.replica || user === member.user || memberOf(room, replica) !== undefined;
}

/** Whether slow mode is for it. */
function isTimed(membership: Membership, entry: Entry, author: Author): boolean {
  return entry.kind === 'message' && author.role !== 'moderator' && isSaidNow(membership, entry, author);
}

/** In slow mode what was taken before keeps nobody waiting again, nor does what nobody has heard. */
function timed(
  { room, chain }: Membership,
  { id }: Entry,
  { user }: Author,
  taken: Soon<Result<Outcome>>,
): Soon<Result<Outcome>> {
  const settle = (outcome: Result<Outcome>) => {
    const isNothing = outcome.ok ? outcome.value.isRepeat === true : chain !== undefined; // see `hereOnly`
    if (isNothing) room.rulebook.unhear(user, id);
    return outcome;
  };
  return taken instanceof Promise ? taken.then(settle) : settle(taken);
}
