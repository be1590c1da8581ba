import type { Channel } from '../../protocol/channels.ts';
import { isEntryFrame, parseFrame } from '../../protocol/frames.ts';
import { isPlain } from '../../protocol/plain.ts';
import { accept, refuse } from '../../protocol/result.ts';
import { Entries, type EntriesPorts } from './entries.ts';
import type { Members } from './members.ts';
import { toPresence, toReplica } from './passing.ts';
import { atOnce, IGNORED, type Publication, settled } from './publication.ts';
import type { Membership, Visitor } from './room.ts';

/** The rules of what members may publish where. */
export class Publishing {
  private readonly members: Members;
  private readonly entries: Entries;

  constructor(ports: EntriesPorts, members: Members) {
    this.members = members;
    this.entries = new Entries(ports);
  }

  /** Begins a publication. It comes to nothing where its publisher is no member any more when it is finished. */
  begin(visitor: Visitor, channel: Channel, payload: unknown): Publication {
    const membership = this.members.find(visitor, channel.room);
    if (!membership) return settled(refuse('not_a_member', 'join the room first'));
    const { ready, follows, finish } = this.prepare(membership, channel, payload);
    const isMember = () => this.members.find(visitor, channel.room) === membership;
    return { ready, follows, finish: () => (isMember() ? finish() : refuse('not_a_member', 'no longer in the room')) };
  }

  private prepare(membership: Membership, channel: Channel, payload: unknown): Publication {
    if (channel.type === 'room' && isPlain(payload)) {
      const { chain } = membership;
      return chain
        ? this.entries.host(membership, chain, payload)
        : settled(refuse('not_yours', 'a member with a key makes its own entries'));
    }
    const parsed = parseFrame(payload);
    if (!parsed.ok) return settled(parsed);
    const frame = parsed.value;
    if (frame === undefined) return settled(accept(IGNORED));
    switch (channel.type) {
      case 'room':
        return isEntryFrame(frame)
          ? this.entries.take(membership, frame)
          : settled(refuse('channel_forbidden', 'a room takes entries'));
      case 'presence':
        if (!isEntryFrame(frame) && frame.kind === 'proof') return this.entries.prove(membership, frame);
        return atOnce(() => toPresence(membership, frame));
      case 'replica':
        return atOnce(() => toReplica(membership, channel.replica, frame));
    }
  }
}
