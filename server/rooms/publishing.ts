import { type Channel, replicaChannel } from '../../protocol/channels.ts';
import { type FrameOf, isEntryFrame, parseFrame } from '../../protocol/frames.ts';
import { isRecord } from '../../protocol/json.ts';
import { isPlain } from '../../protocol/plain.ts';
import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';
import type { Limits } from '../limits/limits.ts';
import type { Certificates } from '../trust/certificates.ts';
import { Appending, type AppendingPorts } from './appending.ts';
import { HostedEntries, type HostedEntriesPorts } from './hosted-entries.ts';
import type { Members } from './members.ts';
import { toPresence, toReplica } from './passing.ts';
import { prove } from './proofs.ts';
import { atOnce, IGNORED, type Outcome, type Publication, settled } from './publication.ts';
import { everyone, type Membership, type Visitor } from './room.ts';
import { SignedEntries, type SignedEntriesPorts } from './signed-entries.ts';

type EntryPorts = Omit<AppendingPorts, 'onRepeat'> & HostedEntriesPorts & SignedEntriesPorts;

export interface PublishingPorts extends EntryPorts {
  readonly limits: Limits;
  readonly onReport: () => void;
}

/** The rules of what members may publish where. */
export class Publishing {
  private readonly members: Members;
  private readonly limits: Limits;
  private readonly certificates: Certificates;
  private readonly signed: SignedEntries;
  private readonly hosted: HostedEntries;
  private readonly onReport: () => void;

  constructor(ports: PublishingPorts, members: Members) {
    this.limits = ports.limits;
    this.onReport = ports.onReport;
    this.members = members;
    const appending = new Appending({ ...ports, onRepeat: (visitor) => ports.limits.repeated(visitor) });
    this.certificates = ports.certificates;
    this.signed = new SignedEntries(ports, appending);
    this.hosted = new HostedEntries(ports, appending);
  }

  /** Begins a publication. It comes to nothing where its publisher is no member any more when it is finished. */
  begin(visitor: Visitor, channel: Channel, payload: unknown): Publication {
    const membership = this.members.find(visitor, channel.room);
    const tooFast = this.count(visitor, membership, channel, payload);
    if (tooFast) return settled(tooFast);
    if (!membership) return settled(refuse('not_a_member', 'join the room first'));
    const { ready, follows, finish } = this.prepare(membership, channel, payload);
    const isMember = () => this.members.find(visitor, channel.room) === membership;
    return { ready, follows, finish: () => (isMember() ? finish() : refuse('not_a_member', 'no longer in the room')) };
  }

  /**
   * Counts a publication, whatever comes of it. Entries of others that a member gives a room count as signals: after a
   * restart there may be a thousand, and what it says itself should not wait behind them. Only members use up a room's limit.
   */
  private count(
    visitor: Visitor,
    membership: Membership | undefined,
    channel: Channel,
    payload: unknown,
  ): Refused | undefined {
    const isMessage = membership !== undefined && channel.type === 'room' && !isOfAnother(membership, payload);
    if (!isMessage) return this.limits.act(visitor, 'signals');
    return this.limits.say(visitor, { member: membership, room: channel.room, seq: seqOf(payload) });
  }

  /** Goes to the moderators who are here, and is counted whether or not there are any. */
  private report({ member, room }: Membership, frame: FrameOf<'report'>): Result<Outcome> {
    if (frame.from !== undefined && frame.from !== member.replica)
      return refuse('not_yours', 'from is the stamp of the relay');
    this.onReport();
    const moderators = everyone(room).filter(({ role, replica }) => role === 'moderator' && replica !== member.replica);
    const to = moderators.map(({ replica }) => replicaChannel(room.name, replica));
    return accept({ frame: { ...frame, from: member.replica }, to });
  }

  private prepare(membership: Membership, channel: Channel, payload: unknown): Publication {
    if (channel.type === 'room' && isPlain(payload)) {
      const { chain } = membership;
      return chain
        ? this.hosted.make(membership, chain, payload)
        : settled(refuse('not_yours', 'a member with a key makes its own entries'));
    }
    const parsed = parseFrame(payload);
    if (!parsed.ok) return settled(parsed);
    const frame = parsed.value;
    if (frame === undefined) return settled(accept(IGNORED));
    switch (channel.type) {
      case 'room':
        return isEntryFrame(frame)
          ? this.signed.take(membership, frame)
          : settled(refuse('channel_forbidden', 'a room takes entries'));
      case 'presence':
        if (!isEntryFrame(frame) && frame.kind === 'proof') return prove(membership.room, frame, this.certificates);
        if (!isEntryFrame(frame) && frame.kind === 'report') return atOnce(() => this.report(membership, frame));
        return atOnce(() => toPresence(membership, frame));
      case 'replica':
        return atOnce(() => toReplica(membership, channel.replica, frame));
    }
  }
}

function isOfAnother({ member }: Membership, payload: unknown): boolean {
  return isRecord(payload) && isRecord(payload.entry) && payload.entry.replica !== member.replica;
}

function seqOf(payload: unknown): number | undefined {
  const seq = isRecord(payload) && isRecord(payload.entry) ? payload.entry.seq : undefined;
  return typeof seq === 'number' ? seq : undefined;
}
