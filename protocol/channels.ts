import { isReplicaId, type ReplicaId, type RoomName } from './ids.ts';
import { LIMITS } from './limits.ts';
import { accept, type Result, refuse } from './result.ts';
import { decodeRoom, encodeRoom } from './rooms.ts';

/** The only channels that carry anything: `/rooms/<room>`, its presence and its replicas' own. */
export type Channel =
  | { readonly type: 'room'; readonly room: RoomName }
  | { readonly type: 'presence'; readonly room: RoomName }
  | { readonly type: 'replica'; readonly room: RoomName; readonly replica: ReplicaId };

export function roomChannel(room: RoomName): string {
  return `/rooms/${encodeRoom(room)}`;
}

export function presenceChannel(room: RoomName): string {
  return `${roomChannel(room)}/presence`;
}

export function replicaChannel(room: RoomName, replica: ReplicaId): string {
  return `${roomChannel(room)}/replicas/${replica}`;
}

/** Reads a channel's name in time linear in its length; wildcards, meta and service channels are refused. */
export function parseChannel(name: unknown): Result<Channel> {
  if (typeof name !== 'string') return refuse('malformed', 'a channel is a text');
  if (name.length > LIMITS.channelLength) return refuse('channel_forbidden', 'channel too long');
  const segments = name.split('/', LIMITS.channelSegments + 2);
  if (segments.length > LIMITS.channelSegments + 1) return refuse('channel_forbidden', 'channel too deep');
  const [root, rooms, encoded, branch, leaf, ...rest] = segments;
  if (root !== '' || rooms !== 'rooms' || encoded === undefined || rest.length > 0) return forbidden();
  const room = decodeRoom(encoded);
  if (!room.ok) return room;
  if (branch === undefined) return accept({ type: 'room', room: room.value });
  if (branch === 'presence' && leaf === undefined) return accept({ type: 'presence', room: room.value });
  if (branch === 'replicas' && isReplicaId(leaf)) return accept({ type: 'replica', room: room.value, replica: leaf });
  return forbidden();
}

function forbidden(): Result<never> {
  return refuse('channel_forbidden', 'no such channel');
}
