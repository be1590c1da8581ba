import { type Frame, type FrameOf, isEntryFrame } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import { IGNORED, type Outcome } from './publication.ts';
import { isBig, type Membership, memberOf } from './room.ts';
import type { Page, Soon, Stamped } from './room-log.ts';

/** What a member may say on the presence channel: that it types. */
export function toPresence({ member: { replica }, room }: Membership, frame: Frame): Result<Outcome> {
  if (isEntryFrame(frame)) return refuse('channel_forbidden', 'entries go to the room');
  if (frame.kind === 'join' || frame.kind === 'leave' || frame.kind === 'crowd')
    return refuse('not_yours', 'the relay says who joins and leaves');
  if (frame.kind === 'reset') return refuse('not_yours', 'the relay says what becomes of its log');
  if (frame.kind !== 'typing') return refuse('channel_forbidden', 'not on this channel');
  if (frame.replica !== undefined && frame.replica !== replica) return refuse('not_yours', 'somebody else types');
  return accept(isBig(room) ? IGNORED : { frame: { ...frame, replica } });
}

/** What one member may say to another through the relay, and what it may ask of the relay on its own channel. */
export function toReplica(membership: Membership, to: ReplicaId, frame: Frame): Soon<Result<Outcome>> {
  if (isEntryFrame(frame)) return refuse('channel_forbidden', 'entries go to the room');
  const from = membership.member.replica;
  if (frame.from !== undefined && frame.from !== from) return refuse('not_yours', 'from is the stamp of the relay');
  switch (frame.kind) {
    case 'signal':
    case 'ack':
    case 'hello':
      break;
    case 'entries':
      if (isStamped(frame)) return refuse('not_yours', 'epoch and offset are the stamp of the relay');
      break;
    case 'fetch':
      if (!('below' in frame)) return fetched(membership, to, frame);
      if (to === from) return refuse('channel_forbidden', 'the relay has its pages by their offsets');
      break;
    default:
      return refuse('channel_forbidden', 'not on this channel');
  }
  return accept(memberOf(membership.room, to) ? { frame: { ...frame, from } } : IGNORED);
}

function fetched(
  { room: { log }, member }: Membership,
  to: ReplicaId,
  frame: Exclude<FrameOf<'fetch'>, { below: unknown }>,
): Soon<Result<Outcome>> {
  if (to !== member.replica) return refuse('not_yours', 'pages are fetched on the own channel');
  const page = 'after' in frame ? log.after(frame.after) : log.before(frame.before);
  return page instanceof Promise ? page.then(paged) : paged(page);
}

function paged(page: Stamped<Page> | undefined): Result<Outcome> {
  if (!page) return refuse('overloaded', 'the log can not be read now');
  const { entries, more, epoch } = page;
  const frame: FrameOf<'entries'> = { v: 1, kind: 'entries', entries, more, epoch };
  return accept({ frame });
}

function isStamped({ entries, epoch }: FrameOf<'entries'>): boolean {
  return epoch !== undefined || entries.some((frame) => frame.epoch !== undefined || frame.offset !== undefined);
}
