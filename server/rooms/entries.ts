import { mergeClock, tickClock } from '../../protocol/clock.ts';
import type { Entry, EntryHeader } from '../../protocol/entry.ts';
import type { Author, EntryFrame } from '../../protocol/frames.ts';
import { guestId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { parseBody, parseText, payloadOf } from '../../protocol/payloads.ts';
import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';
import type { PublicKeys } from '../trust/keys.ts';
import { isSignedBy, type Seal, sealOf, signSeal } from '../trust/seal.ts';
import type { Messenger } from './presence.ts';
import { atOnce, isInDoubt, type Outcome, type Publication, settled } from './publication.ts';
import { type Chain, type Membership, memberOf, type Room, type Visitor } from './room.ts';
import type { Appended, Soon } from './room-log.ts';

export interface EntriesPorts {
  readonly keys: PublicKeys;
  readonly settings: { readonly history: number; readonly historyAge: number };
  readonly now: () => number;
  readonly messenger: Pick<Messenger, 'publish'>;
  /** Whether members in other processes can be reached. */
  readonly isUp?: () => boolean;
  readonly onEntry: () => void;
  /** A member has brought an entry of its own that the log has already. */
  readonly onRepeat: (visitor: Visitor) => void;
}

/** Takes entries into a room: those of members with a key, and those that it makes for members without one. */
export class Entries {
  private readonly ports: EntriesPorts;

  constructor(ports: EntriesPorts) {
    this.ports = ports;
  }

  /** An entry that a member has signed, or that it gives the room since the relay lacks it. */
  take(membership: Membership, frame: EntryFrame): Publication {
    const { entry } = frame;
    const author = this.authorOf(membership, frame);
    if (!author.ok) return settled(author);
    if (entry.clock[0] > this.ports.now() + LIMITS.clockAhead)
      return settled(refuse('clock_ahead', 'the clock is ahead'));
    const body = parseBody(entry.kind, entry.payload);
    if (!body.ok) return settled(body);
    const { room } = membership;
    const seal = sealOf(room.name, entry, entry.payload);
    if (seal.id !== entry.id) return settled(refuse('bad_signature', 'the id is not the hash of the entry'));
    if (room.log.holds(entry)) return atOnce(() => this.append(membership, entry, author.value));
    return this.verify(entry, seal, () =>
      this.isTooOld(membership, entry) ? forgo(room, entry) : this.append(membership, entry, author.value),
    );
  }

  /** Makes the next entry of a member without a key. */
  host(membership: Membership, chain: Chain, text: unknown): Publication {
    const { room, member } = membership;
    const parsed = parseText(text);
    if (!parsed.ok) return settled(parsed);
    const { host } = chain;
    const { replica, cert } = host;
    const payload = payloadOf({ kind: 'message', text: parsed.value });
    const clock = tickClock(room.clock, this.ports.now());
    const { prev } = chain;
    const header: EntryHeader = { replica, seq: chain.seq + 1, prev, clock, kind: 'message' };
    const seal = sealOf(room.name, header, payload);
    const { id } = seal;
    const link: Chain = { host: chain.host, seq: header.seq, prev: id };
    membership.chain = link;
    room.clock = clock;
    const author = { user: member.user, name: member.name };
    let sig = '';
    const ready = signSeal(seal, host.privateKey()).then((signature) => {
      sig = signature;
    });
    const finish = () => {
      // No spread: it costs several µs, and more when the entry is written as JSON.
      const entry = { id, replica, seq: header.seq, prev, clock, kind: header.kind, payload, cert, sig };
      const taken = this.append(membership, entry, author);
      const mended = (outcome: Result<Outcome>) => mend(link, chain, outcome);
      return taken instanceof Promise ? taken.then(mended) : mended(taken);
    };
    return { ready, follows: true, finish };
  }

  /**
   * Of a member's own entry the relay says who wrote it. Of another's, who may have left long ago, the publisher says
   * it, as far as the relay does not know better.
   */
  private authorOf({ room, member, chain }: Membership, { entry, author, epoch, offset }: EntryFrame): Result<Author> {
    if (epoch !== undefined || offset !== undefined)
      return refuse('not_yours', 'epoch and offset are the stamp of the relay');
    if (chain) return refuse('not_yours', 'the relay makes the entries of a member without a key');
    if (entry.replica === member.replica) {
      return author === undefined
        ? accept({ user: member.user, name: member.name })
        : refuse('not_yours', 'the author is the stamp of the relay');
    }
    if (this.ports.settings.history === 0) return refuse('not_yours', 'the entry is of another replica');
    if (author === undefined) return refuse('malformed', 'an entry of another replica comes with its author');
    if (author.user !== guestId(entry.replica)) return refuse('not_yours', 'the author is another than the replica');
    const present = memberOf(room, entry.replica);
    return accept(present ? { user: present.user, name: present.name } : author);
  }

  private verify(entry: Entry, seal: Seal, taken: () => Soon<Result<Outcome>>): Publication {
    const author = this.ports.keys.read(entry.cert);
    if (author?.replica !== entry.replica)
      return settled(refuse('bad_signature', 'the key is not that of the replica'));
    let holds = false;
    const ready = isSignedBy(seal, author.key, entry.sig).then((verdict) => {
      holds = verdict;
    });
    return {
      ready,
      follows: true,
      finish: () => (holds ? taken() : refuse('bad_signature', 'the signature does not fit the entry')),
    };
  }

  /** Whether it is given to the room past the time for which the room keeps entries. What a member says now is new. */
  private isTooOld({ member }: Membership, { replica, clock: [written] }: Entry): boolean {
    return replica !== member.replica && this.ports.now() - written > this.ports.settings.historyAge;
  }

  private append(membership: Membership, entry: Entry, author: Author): Soon<Result<Outcome>> {
    const { room } = membership;
    room.clock = mergeClock(room.clock, entry.clock);
    if (this.ports.settings.history === 0) {
      if (this.ports.isUp?.() === false) return this.hereOnly(room, entry, author, refuse('overloaded', 'cut off'));
      this.ports.onEntry();
      const frame: EntryFrame = { v: 1, entry, author };
      return accept({ frame, natter: { id: entry.id } });
    }
    const appended = room.log.append(entry, author, this.ports.now());
    return appended instanceof Promise
      ? appended.then((outcome) => this.outcomeOf(membership, entry, author, outcome))
      : this.outcomeOf(membership, entry, author, appended);
  }

  private outcomeOf(
    { visitor, member, room }: Membership,
    entry: Entry,
    author: Author,
    appended: Appended,
  ): Result<Outcome> {
    const { id } = entry;
    switch (appended.type) {
      case 'conflict':
        return refuse('sequence_conflict', 'this sequence number has another entry');
      case 'unavailable':
        return this.hereOnly(room, entry, author, appended.refusal);
      case 'known': {
        const { epoch, offset } = appended;
        if (entry.replica === member.replica) this.ports.onRepeat(visitor);
        return accept({ natter: offset === undefined ? { id } : { id, epoch, offset } });
      }
      case 'appended': {
        this.ports.onEntry();
        const { frame, epoch, offset } = appended;
        return accept(frame ? { frame, natter: { id, epoch, offset } } : { natter: { id, epoch, offset } });
      }
    }
  }

  /**
   * The log is away: the entry is not acknowledged, and its sender will bring it again. Those who are here hear it now,
   * and know it when it comes again; but one that the relay made would come again as another.
   */
  private hereOnly(room: Room, entry: Entry, author: Author, refusal: Refused): Refused {
    const isHosted = room.members.get(entry.replica)?.chain !== undefined;
    if (!isHosted) this.ports.messenger.publish(room.channel, { v: 1, entry, author });
    return refusal;
  }
}

/**
 * What the log did not take is no link of the chain: it becomes what was before it, also for links that were hung on it
 * meanwhile and are not taken either. Where the log may have taken it all the same its number is not used again.
 */
function mend(link: Chain, before: Chain, outcome: Result<Outcome>): Result<Outcome> {
  if (outcome.ok) return outcome;
  link.prev = before.prev;
  if (!isInDoubt(outcome)) link.seq = before.seq;
  return outcome;
}

function forgo({ log }: Room, entry: Entry): Soon<Result<Outcome>> {
  const outcome = accept({ natter: { id: entry.id } });
  const forgone = log.forgo(entry);
  return forgone instanceof Promise ? forgone.then(() => outcome) : outcome;
}
