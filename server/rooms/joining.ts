import type { Member } from '../../protocol/frames.ts';
import type { Have } from '../../protocol/have.ts';
import { guestId, isUserId, type ReplicaId, type RoomName } from '../../protocol/ids.ts';
import {
  type IceServer,
  type JoinReply,
  type JoinRequest,
  parseJoinRequest,
  type RoomSettings,
} from '../../protocol/join.ts';
import { cleanName } from '../../protocol/names.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import type { NatterExt } from '../gate/message.ts';
import type { PublicKeys } from '../trust/keys.ts';
import { mayEnter } from '../trust/person.ts';
import { type HostedReplica, hostReplica, verifyProof } from '../trust/replica.ts';
import { BIG_ROOM, countOf, everyone, isBig, type Membership, type Visitor } from './room.ts';
import type { Opening, Request } from './room-log.ts';

/** A join that may happen, worked out before anything is changed. */
export interface JoinPlan {
  readonly room: RoomName;
  readonly member: Member;
  /** For a member without a key of its own. */
  readonly host: HostedReplica | undefined;
  readonly request: JoinRequest | undefined;
  /** Whether the answer brings entries: a plain client that sends no `ext.natter` would not look for them there. */
  readonly entries: boolean;
}

export interface JoinSettings extends RoomSettings {
  readonly historyAge: number;
  readonly ice: readonly IceServer[];
  readonly guests: 'on' | 'named' | 'off';
}

/** Works out who joins. With a key it must be proven; without one the relay hosts a replica for this session. */
export function planJoin(
  visitor: Visitor,
  room: RoomName,
  natter: NatterExt | undefined,
  present: Membership | undefined,
  { guests, keys }: { readonly guests: JoinSettings['guests']; readonly keys: PublicKeys },
): Result<JoinPlan> {
  if (!mayEnter(visitor.person, room)) return refuse('room_forbidden', 'your login does not open this room');
  if (natter?.key === undefined) {
    const host = present?.chain?.host ?? hostReplica();
    const name = cleanName(natter?.name) ?? visitor.name;
    const plan = { host, request: undefined, entries: natter !== undefined };
    return planMember(visitor, room, { replica: host.replica, name }, guests, plan);
  }
  const request = parseJoinRequest(natter);
  if (!request.ok) return request;
  const { key, proof, name } = request.value;
  const replica = verifyProof({ room, nonce: visitor.nonce, clientId: visitor.clientId, key, proof }, keys);
  if (!replica.ok) return replica;
  const plan = { host: undefined, request: request.value, entries: true };
  return planMember(visitor, room, { replica: replica.value, name: name ?? visitor.name }, guests, plan);
}

/** What a join asks of the log. */
export function logRequest({ request, member, entries }: JoinPlan): Request {
  const have: Have = request?.have ?? new Map();
  return { cursor: request?.cursor, have, replicas: new Set([member.replica, ...have.keys()]), entries };
}

/** The answer to a join, made after the subscription stands: nothing can fall between. */
export function joinReply({ room, member, visitor }: Membership, opening: Opening, settings: JoinSettings): JoinReply {
  const { expires } = visitor.person;
  const { entries, more, recovered, epoch, offset, floor, have } = opening;
  return {
    self: member,
    members: everyone(room, isBig(room) ? BIG_ROOM.shown : BIG_ROOM.members),
    count: countOf(room),
    ...{ entries, more, recovered, epoch, offset, floor, have },
    settings: { history: settings.history, age: settings.historyAge, mesh: settings.mesh },
    ice: settings.ice,
    certificate: null,
    ...(expires === undefined ? {} : { expires }),
  };
}

/** The name that a login gives counts, and else the one that the visitor has chosen. */
function planMember(
  { person }: Visitor,
  room: RoomName,
  { replica, name: chosen }: { readonly replica: ReplicaId; readonly name: string | undefined },
  guests: JoinSettings['guests'],
  rest: Pick<JoinPlan, 'host' | 'request' | 'entries'>,
): Result<JoinPlan> {
  const name = person.name ?? chosen;
  if (name === undefined && person.user === undefined && guests === 'named')
    return refuse('guests_off', 'guests need a name here');
  const shown = name ?? `Guest ${replica.slice(0, 4)}`;
  const user = isUserId(person.user) ? person.user : guestId(replica);
  const member: Member = { user, name: shown, replica, rtc: rest.request?.rtc ?? false };
  return accept({ room, member, ...rest });
}
