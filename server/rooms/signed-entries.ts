import { authorOf, standingAt } from '../../protocol/certificate.ts';
import type { Entry } from '../../protocol/entry.ts';
import { parseEnvelope } from '../../protocol/envelope.ts';
import type { EntryFrame } from '../../protocol/frames.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { parseBody } from '../../protocol/payloads.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import type { Certificates, Certified } from '../trust/certificates.ts';
import { isSignedBy, type Seal, sealOf } from '../trust/seal.ts';
import type { Appending } from './appending.ts';
import { isToBeEncrypted } from './encrypted.ts';
import { atOnce, type Outcome, type Publication, settled } from './publication.ts';
import type { Membership, Room } from './room.ts';
import type { Soon } from './room-log.ts';
import type { Rulebooks } from './rulebook.ts';

export interface SignedEntriesPorts {
  readonly certificates: Certificates;
  readonly settings: {
    readonly history: number;
    readonly historyAge: number;
    readonly encryptedRooms: readonly string[] | undefined;
  };
  readonly now: () => number;
  readonly keepRuling?: Rulebooks['keep'];
  /** A ruling holds from now on. */
  readonly enforce: (room: Room) => void;
}

/** Takes entries that members have signed themselves. */
export class SignedEntries {
  private readonly ports: SignedEntriesPorts;
  private readonly appending: Appending;

  constructor(ports: SignedEntriesPorts, appending: Appending) {
    this.ports = ports;
    this.appending = appending;
  }

  /** An entry that a member has signed, or that it gives the room since the relay lacks it. */
  take(membership: Membership, frame: EntryFrame): Publication {
    const { entry } = frame;
    const may = this.mayGive(membership, frame);
    if (!may.ok) return settled(may);
    if (entry.clock[0] > this.ports.now() + LIMITS.clockAhead)
      return settled(refuse('clock_ahead', 'the clock is ahead'));
    const { room } = membership;
    const says = isToBeEncrypted(room, entry.kind, this.ports.settings.encryptedRooms)
      ? parseEnvelope(entry.payload)
      : parseBody(entry.kind, entry.payload);
    if (!says.ok) return settled(says);
    const seal = sealOf(room.name, entry, entry.payload);
    if (seal.id !== entry.id) return settled(refuse('bad_signature', 'the id is not the hash of the entry'));
    const certified = this.certified(membership, entry);
    if (!certified.ok) return settled(certified);
    const author = authorOf(certified.value.certificate, entry.replica, entry.clock[0]);
    if (room.log.holds(entry)) return atOnce(() => this.appending.append(membership, entry, author));
    const isOld = this.isTooOld(membership, entry);
    const taken = () => (isOld ? forgo(room, entry) : this.appending.append(membership, entry, author));
    if (entry.kind === 'moderation') {
      if (author.role !== 'moderator') return settled(refuse('not_a_moderator', 'a moderator decides that'));
      const finish = () => this.rule(membership, { v: 1, entry, author }, taken);
      return { ...this.verify(entry, seal, certified.value, finish), follows: false };
    }
    const find = () => room.log.find(entry);
    const finish = () => this.appending.unlessBroken(membership, { entry, author, find }, taken);
    return this.verify(entry, seal, certified.value, finish);
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
}

function forgo({ log }: Room, entry: Entry): Soon<Result<Outcome>> {
  const outcome = accept({ natter: { id: entry.id } });
  const forgone = log.forgo(entry);
  return forgone instanceof Promise ? forgone.then(() => outcome) : outcome;
}
