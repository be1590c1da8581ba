import type { Channel } from '../../protocol/channels.ts';
import { mergeClock, tickClock } from '../../protocol/clock.ts';
import type { Entry, EntryHeader } from '../../protocol/entry.ts';
import { type EntryFrame, type Frame, type FrameOf, isEntryFrame, parseFrame } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import { isRecord } from '../../protocol/json.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { messagePayload, parseMessagePayload, parseText } from '../../protocol/payloads.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import { entryId } from '../trust/seal.ts';
import type { Members, Messenger } from './members.ts';
import type { Registry } from './registry.ts';
import type { Membership, Visitor } from './room.ts';

/** What a publication leads to: a frame for the channel's subscribers, and what its publisher is told. */
export interface Outcome {
  readonly frame?: object;
  readonly natter?: object;
}

export interface PublishingPorts {
  readonly registry: Registry;
  readonly messenger: Messenger;
  readonly settings: { readonly history: number };
  readonly now: () => number;
  readonly onEntry: () => void;
}

/** Accepted, and nothing goes out: a kind of a newer version, or a frame to somebody who is gone. */
const IGNORED: Outcome = {};

/** The rules of what members may publish where. */
export class Publishing {
  private readonly ports: PublishingPorts;
  private readonly members: Members;

  constructor(ports: PublishingPorts, members: Members) {
    this.ports = ports;
    this.members = members;
  }

  publish(visitor: Visitor, channel: Channel, payload: unknown): Result<Outcome> {
    const membership = this.members.find(visitor, channel.room);
    if (!membership) return refuse('not_a_member', 'join the room first');
    if (channel.type === 'room' && isText(payload)) return this.hosted(membership, payload.text);
    const frame = parseFrame(payload);
    if (!frame.ok) return frame;
    if (frame.value === undefined) return accept(IGNORED);
    if (channel.type === 'room') return this.inRoom(membership, frame.value);
    if (channel.type === 'presence') return ofPresence(membership, frame.value);
    return this.toReplica(membership, channel.replica, frame.value);
  }

  private inRoom(membership: Membership, frame: Frame): Result<Outcome> {
    if (!isEntryFrame(frame)) return refuse('channel_forbidden', 'a room takes entries');
    if (frame.author !== undefined || frame.epoch !== undefined || frame.offset !== undefined) {
      return refuse('not_yours', 'author, epoch and offset are the stamp of the relay');
    }
    const { entry } = frame;
    if (membership.chain) return refuse('not_yours', 'the relay makes the entries of a member without a key');
    if (entry.replica !== membership.member.replica) return refuse('not_yours', 'the entry is of another replica');
    if (entry.clock[0] > this.ports.now() + LIMITS.clockAhead) return refuse('clock_ahead', 'the clock is ahead');
    if (entry.kind === 'message') {
      const message = parseMessagePayload(entry.payload);
      if (!message.ok) return message;
    }
    if (entry.id !== entryId(membership.room.name, entry, entry.payload)) {
      return refuse('malformed', 'the id is not the hash of the entry');
    }
    return this.append(membership, entry);
  }

  /** Makes the next entry of a member without a key. */
  private hosted(membership: Membership, text: unknown): Result<Outcome> {
    const { room, member, chain } = membership;
    if (!chain) return refuse('not_yours', 'a member with a key makes its own entries');
    const parsed = parseText(text);
    if (!parsed.ok) return parsed;
    const payload = messagePayload({ text: parsed.value });
    const clock = tickClock(room.clock, this.ports.now());
    const seq = chain.seq + 1;
    const header: EntryHeader = { replica: member.replica, seq, prev: chain.prev, clock, kind: 'message' };
    const id = entryId(room.name, header, payload);
    membership.chain = { seq, prev: id };
    return this.append(membership, { id, ...header, payload });
  }

  private append({ room, member }: Membership, entry: Entry): Result<Outcome> {
    const author = { user: member.user, name: member.name };
    room.clock = mergeClock(room.clock, entry.clock);
    if (this.ports.settings.history === 0) {
      this.ports.onEntry();
      const frame: EntryFrame = { v: 1, entry, author };
      return accept({ frame, natter: { id: entry.id } });
    }
    const appended = this.ports.registry.change(room, ({ log }) => log.append(entry, author, this.ports.now()));
    const { epoch } = room.log;
    switch (appended.type) {
      case 'conflict':
        return refuse('sequence_conflict', 'this sequence number has another entry');
      case 'known':
        return accept({
          natter: appended.offset === undefined ? { id: entry.id } : stampOf(entry, epoch, appended.offset),
        });
      case 'appended':
        this.ports.onEntry();
        return accept({ frame: appended.frame, natter: stampOf(entry, epoch, appended.offset) });
    }
  }

  private toReplica(membership: Membership, to: ReplicaId, frame: Frame): Result<Outcome> {
    if (isEntryFrame(frame)) return refuse('channel_forbidden', 'entries go to the room');
    if (frame.kind === 'fetch') {
      if (to !== membership.member.replica) return refuse('not_yours', 'pages are fetched on the own channel');
      return accept({ frame: pageOf(membership, frame) });
    }
    if (frame.kind !== 'signal' && frame.kind !== 'ack') return refuse('channel_forbidden', 'not on this channel');
    const from = membership.member.replica;
    if (frame.from !== undefined && frame.from !== from) return refuse('not_yours', 'from is the stamp of the relay');
    return accept(membership.room.members.has(to) ? { frame: { ...frame, from } } : IGNORED);
  }
}

function stampOf({ id }: Entry, epoch: string, offset: number): object {
  return { id, epoch, offset };
}

function ofPresence({ member: { replica } }: Membership, frame: Frame): Result<Outcome> {
  if (isEntryFrame(frame)) return refuse('channel_forbidden', 'entries go to the room');
  if (frame.kind === 'join' || frame.kind === 'leave')
    return refuse('not_yours', 'the relay says who joins and leaves');
  if (frame.kind !== 'typing') return refuse('channel_forbidden', 'not on this channel');
  if (frame.replica !== undefined && frame.replica !== replica) return refuse('not_yours', 'somebody else types');
  return accept({ frame: { ...frame, replica } });
}

function pageOf({ room: { log } }: Membership, { after, before }: FrameOf<'fetch'>): FrameOf<'entries'> {
  const page = after === undefined ? log.before(before ?? 0) : log.after(after);
  return { v: 1, kind: 'entries', entries: page.entries, more: page.more, epoch: log.epoch };
}

function isText(payload: unknown): payload is { readonly text: unknown } {
  return isRecord(payload) && payload.v === undefined && payload.text !== undefined;
}
