import { authorOf, standingAt } from '../../protocol/certificate.ts';
import { mergeClock, tickClock } from '../../protocol/clock.ts';
import { isEncryptedRoom } from '../../protocol/encrypted-rooms.ts';
import type { Entry, EntryHeader, EntryKind } from '../../protocol/entry.ts';
import { isEncryptedKind, parseEnvelope } from '../../protocol/envelope.ts';
import type { Author, EntryFrame, FrameOf } from '../../protocol/frames.ts';
import type { EntryId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { parseBody, payloadOf } from '../../protocol/payloads.ts';
import { parsePlain } from '../../protocol/plain.ts';
import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';
import { brokenBy, silencingFor } from '../../protocol/rules.ts';
import type { Certificates, Certified, Issued } from '../trust/certificates.ts';
import { isAmong } from '../trust/person.ts';
import { isSignedBy, type Seal, sealOf, signSeal } from '../trust/seal.ts';
import type { Messenger } from './presence.ts';
import { atOnce, IGNORED, isInDoubt, type Outcome, type Publication, settled } from './publication.ts';
import { type Chain, type Drafts, type Membership, memberOf, type Room, type Visitor } from './room.ts';
import type { Appended, Soon } from './room-log.ts';
import type { Rulebooks } from './rulebook.ts';
import { SENTENCES, tooSoon } from './ruling.ts';

export interface EntriesPorts {
  readonly certificates: Certificates;
  readonly settings: {
    readonly history: number;
    readonly historyAge: number;
    readonly encryptedRooms: readonly string[] | undefined;
  };
  readonly now: () => number;
  readonly messenger: Pick<Messenger, 'publish'>;
  /** Whether members in other processes can be reached. */
  readonly isUp?: () => boolean;
  readonly onEntry: () => void;
  readonly keepRuling?: Rulebooks['keep'];
  /** A ruling holds from now on. */
  readonly enforce: (room: Room) => void;
  /** A member has brought an entry of its own that the log has already. */
  readonly onRepeat: (visitor: Visitor) => void;
}

/** An entry that the rules of its room are to be asked about. */
interface Judged {
  readonly entry: Entry;
  readonly author: Author;
  /** Whether it was taken before. */
  readonly isKnown: () => Soon<boolean>;
}

/** Drafts of a hosted replica that are remembered where there is no log. */
const DRAFTS = 200;
/** ms before its end at which the certificate of a hosted replica is renewed. */
const RENEWED_BEFORE = 60_000;

/** Takes entries into a room: those of members with a key, and those that it makes for members without one. */
export class Entries {
  private readonly ports: EntriesPorts;

  constructor(ports: EntriesPorts) {
    this.ports = ports;
  }

  /** An entry that a member has signed, or that it gives the room since the relay lacks it. */
  take(membership: Membership, frame: EntryFrame): Publication {
    const { entry } = frame;
    const may = this.mayGive(membership, frame);
    if (!may.ok) return settled(may);
    if (entry.clock[0] > this.ports.now() + LIMITS.clockAhead)
      return settled(refuse('clock_ahead', 'the clock is ahead'));
    const { room } = membership;
    const says = this.isEncrypted(room, entry.kind)
      ? parseEnvelope(entry.payload)
      : parseBody(entry.kind, entry.payload);
    if (!says.ok) return settled(says);
    const seal = sealOf(room.name, entry, entry.payload);
    if (seal.id !== entry.id) return settled(refuse('bad_signature', 'the id is not the hash of the entry'));
    const certified = this.certified(membership, entry);
    if (!certified.ok) return settled(certified);
    const author = authorOf(certified.value.certificate, entry.replica, entry.clock[0]);
    if (room.log.holds(entry)) return atOnce(() => this.append(membership, entry, author));
    const isOld = this.isTooOld(membership, entry);
    const taken = () => (isOld ? forgo(room, entry) : this.append(membership, entry, author));
    if (entry.kind === 'moderation') {
      if (author.role !== 'moderator') return settled(refuse('not_a_moderator', 'a moderator decides that'));
      const finish = () => this.rule(membership, { v: 1, entry, author }, taken);
      return { ...this.verify(entry, seal, certified.value, finish), follows: false };
    }
    const isKnown = () => room.log.knows(entry);
    const finish = () => this.unlessBroken(membership, { entry, author, isKnown }, taken);
    return this.verify(entry, seal, certified.value, finish);
  }

  /** Two entries that contradict each other, both signed: everyone is told once. */
  prove(membership: Membership, { entries }: FrameOf<'proof'>): Publication {
    const { room } = membership;
    const [first] = entries;
    if (!first || room.proofs.has(first)) return settled(accept(IGNORED));
    const checks: Promise<boolean>[] = [];
    const pair = entries.map(({ entry }): EntryFrame => ({ v: 1, entry }));
    for (const { entry } of pair) {
      const seal = sealOf(room.name, entry, entry.payload);
      const certified = this.ports.certificates.read(room.name, entry.cert);
      const isSound = seal.id === entry.id && certified?.replica === entry.replica;
      if (!isSound || standingAt(certified.certificate, entry.clock[0]) === 'outside')
        return settled(refuse('bad_signature', 'the proof is none'));
      checks.push(isSignedBy(seal, certified.key, entry.sig));
    }
    let holds = false;
    const ready = Promise.all(checks).then((verdicts) => {
      holds = verdicts.every((verdict) => verdict);
    });
    const finish = () => {
      if (!holds) return refuse('bad_signature', 'the proof is none');
      if (room.proofs.has(first)) return accept(IGNORED);
      room.proofs.add(pair);
      return accept({ frame: { v: 1, kind: 'proof', entries: pair } });
    };
    return { ready, follows: false, finish };
  }

  /** Makes the next entry of a member without a key; of a draft that it has one of already, none. */
  host(membership: Membership, chain: Chain, said: unknown): Publication {
    const { room } = membership;
    if (this.isEncrypted(room, 'message'))
      return settled(refuse('encryption_required', 'this room takes encrypted entries alone'));
    const parsed = parsePlain(said);
    if (!parsed.ok) return settled(parsed);
    const { body, draft } = parsed.value;
    const { host } = chain;
    const { replica } = host;
    const certificate = this.renewed(membership, chain);
    if (!certificate.ok) return settled(certificate);
    membership.certificate = certificate.value;
    const { text: cert } = certificate.value;
    const payload = payloadOf(body);
    const { kind } = body;
    const clock = tickClock(room.clock, this.ports.now());
    const { prev } = chain;
    const header: EntryHeader = { replica, seq: chain.seq + 1, prev, clock, kind };
    const seal = sealOf(room.name, header, payload);
    const { id } = seal;
    const link: Chain = { host: chain.host, seq: header.seq, prev: id };
    membership.chain = link;
    room.clock = clock;
    const { user, name, role } = membership.member;
    const author = role === undefined ? { user, name } : { user, name, role };
    let sig = '';
    const ready = signSeal(seal, host.privateKey()).then((signature) => {
      sig = signature;
    });
    const finish = () => {
      // No spread: it costs several µs, and more when the entry is written as JSON.
      const entry = { id, replica, seq: header.seq, prev, clock, kind, payload, cert, sig };
      const twin = draft === undefined ? undefined : membership.drafts.get(draft);
      const isKnown = () => draft !== undefined && room.log.knowsDraft(replica, draft);
      const append = () => this.append(membership, entry, author, draft);
      const taken = twin
        ? accept({ natter: { id: twin } })
        : this.unlessBroken(membership, { entry, author, isKnown }, append);
      const mended = (outcome: Result<Outcome>) => {
        if (outcome.ok && draft !== undefined && this.ports.settings.history === 0) note(membership.drafts, draft, id);
        return mend(link, chain, outcome);
      };
      return taken instanceof Promise ? taken.then(mended) : mended(taken);
    };
    return { ready, follows: true, finish };
  }

  /** Whether what an entry says must be hidden from this relay: then nothing else is taken. */
  private isEncrypted({ name }: Room, kind: EntryKind): boolean {
    const { encryptedRooms = [] } = this.ports.settings;
    return isEncryptedKind(kind) && (isEncryptedRoom(name) || isAmong(encryptedRooms, name));
  }

  /** Who wrote it and where it stands is for its certificate and the relay to say. */
  private mayGive({ member, chain }: Membership, { entry, author, epoch, offset }: EntryFrame): Result<undefined> {
    if (author !== undefined || epoch !== undefined || offset !== undefined)
      return refuse('not_yours', 'author, epoch and offset are the stamp of the relay');
    if (chain) return refuse('not_yours', 'the relay makes the entries of a member without a key');
    return entry.replica === member.replica || this.ports.settings.history > 0 || entry.kind === 'moderation'
      ? accept(undefined)
      : refuse('not_yours', 'the entry is of another replica');
  }

  /** The certificate that an entry came with. Whoever speaks for itself must also hold one that is valid now. */
  private certified({ room, member, certificate: held }: Membership, entry: Entry): Result<Certified> {
    const certified = this.ports.certificates.read(room.name, entry.cert, held);
    if (!certified) return refuse('bad_certificate', 'the certificate is not of this relay and room');
    if (certified.replica !== entry.replica) return refuse('bad_signature', 'the key is not that of the replica');
    const { certificate } = certified;
    if (standingAt(certificate, entry.clock[0]) === 'outside')
      return refuse('bad_certificate', 'the certificate does not hold when the entry was written');
    if (entry.replica !== member.replica) return accept(certified);
    if (held.until + LIMITS.clockAhead < this.ports.now())
      return refuse('certificate_expired', 'join again for a new certificate');
    return certificate.role === 'moderator' && member.role !== 'moderator'
      ? refuse('bad_certificate', 'the role was taken back')
      : accept(certified);
  }

  /** The certificate of a hosted replica, renewed before it ends. */
  private renewed({ room, visitor, certificate, member }: Membership, { host }: Chain): Result<Issued> {
    if (certificate.until - RENEWED_BEFORE > this.ports.now()) return accept(certificate);
    return this.ports.certificates.issue(room.name, { person: visitor.person, key: host.key, name: member.name });
  }

  /** What a moderator decides holds from when it is taken, whatever becomes of it in the log; first where it is kept. */
  private async rule({ room, member }: Membership, frame: EntryFrame, taken: () => Soon<Result<Outcome>>) {
    const kept = (await this.ports.keepRuling?.(room.name, frame)) ?? accept(undefined);
    if (!kept.ok) return kept;
    const isNew = room.rulebook.note(frame);
    const isGiven = this.ports.settings.history === 0 && frame.entry.replica !== member.replica;
    if (isGiven && !isNew) return accept({ natter: { id: frame.entry.id } });
    const outcome = await taken();
    if (!isNew) return outcome;
    if (!outcome.ok) this.ports.enforce(room);
    return outcome.ok ? accept({ ...outcome.value, after: () => this.ports.enforce(room) }) : outcome;
  }

  /** An entry that breaks a rule is refused, unless it was taken before the rule: then its answer was lost. */
  private unlessBroken(
    membership: Membership,
    { entry, author, isKnown }: Judged,
    taken: () => Soon<Result<Outcome>>,
  ): Soon<Result<Outcome>> {
    const broken = this.broken(membership, entry, author);
    if (!broken) return taken();
    const known = this.ports.settings.history > 0 && isKnown();
    if (known instanceof Promise) return known.then((isKnown) => (isKnown ? taken() : broken));
    return known ? taken() : broken;
  }

  /** Which rule of the room keeps an entry out; what is let in counts for slow mode. Who speaks now can not date it back. */
  private broken({ room, member }: Membership, entry: Entry, author: Author): Refused | undefined {
    const { rulebook } = room;
    const { rules } = rulebook;
    const now = this.ports.now();
    // Whoever is here speaks now, also where another session or member brings the entry: it would be dated back otherwise.
    const isNow =
      entry.replica === member.replica || author.user === member.user || memberOf(room, entry.replica) !== undefined;
    const code =
      brokenBy(rules, author, entry) ?? (isNow ? silencingFor(entry.kind, rules, author, now)?.code : undefined);
    if (code) return refuse(code, SENTENCES[code]);
    if (!isNow || entry.kind !== 'message' || author.role === 'moderator') return undefined;
    const retryAfter = rulebook.wait(author.user, entry.id, now);
    if (retryAfter > 0) return tooSoon(retryAfter);
    rulebook.hear(author.user, entry.id, now);
    return undefined;
  }

  private verify(entry: Entry, seal: Seal, { key }: Certified, taken: () => Soon<Result<Outcome>>): Publication {
    let holds = false;
    const ready = isSignedBy(seal, key, entry.sig).then((verdict) => {
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

  private append(membership: Membership, entry: Entry, author: Author, draft?: string): Soon<Result<Outcome>> {
    const { room } = membership;
    room.clock = mergeClock(room.clock, entry.clock);
    if (this.ports.settings.history === 0) {
      if (this.ports.isUp?.() === false) return this.hereOnly(room, entry, author, refuse('overloaded', 'cut off'));
      this.ports.onEntry();
      const frame: EntryFrame = { v: 1, entry, author };
      return accept({ frame, natter: { id: entry.id } });
    }
    const appended = room.log.append(entry, author, this.ports.now(), draft);
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
        const { id = entry.id } = appended;
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
 * meanwhile and are not taken either. Where the log may have taken it all the same, or has another entry of this number
 * (which came there from the session before), its number is not used again.
 */
function mend(link: Chain, before: Chain, outcome: Result<Outcome>): Result<Outcome> {
  if (outcome.ok && outcome.value.natter?.id === link.prev) return outcome;
  const isTaken = !outcome.ok && (isInDoubt(outcome) || outcome.code === 'sequence_conflict');
  link.prev = before.prev;
  if (!isTaken) link.seq = before.seq;
  return outcome;
}

/** Remembers which entry a draft has become; the oldest goes first. */
function note(drafts: Drafts, draft: string, id: EntryId): void {
  if (drafts.has(draft)) return;
  drafts.set(draft, id);
  const [oldest] = drafts.keys();
  if (drafts.size > DRAFTS && oldest !== undefined) drafts.delete(oldest);
}

function forgo({ log }: Room, entry: Entry): Soon<Result<Outcome>> {
  const outcome = accept({ natter: { id: entry.id } });
  const forgone = log.forgo(entry);
  return forgone instanceof Promise ? forgone.then(() => outcome) : outcome;
}
