import type { Member } from '../../protocol/frames.ts';
import type { Have } from '../../protocol/have.ts';
import { guestId, type ReplicaId, type RoomName } from '../../protocol/ids.ts';
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
import { type HostedReplica, hostReplica, verifyProof } from '../trust/replica.ts';
import { TURN_SECONDS, type TurnSettings, turnServers } from '../trust/turn.ts';
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

export interface JoinSettings extends RoomSettings, TurnSettings {
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
  if (natter?.key === undefined) {
    const host = present?.chain?.host ?? hostReplica();
    const name = cleanName(natter?.name) ?? visitor.name;
    return planMember(room, host.replica, name, guests, { host, request: undefined, entries: natter !== undefined });
  }
  const request = parseJoinRequest(natter);
  if (!request.ok) return request;
  const { key, proof, name } = request.value;
  const replica = verifyProof({ room, nonce: visitor.nonce, clientId: visitor.clientId, key, proof }, keys);
  if (!replica.ok) return replica;
  const plan = { host: undefined, request: request.value, entries: true };
  return planMember(room, replica.value, name ?? visitor.name, guests, plan);
}

/** What a join asks of the log. */
export function logRequest({ request, member, entries }: JoinPlan): Request {
  const have: Have = request?.have ?? new Map();
  return { cursor: request?.cursor, have, replicas: new Set([member.replica, ...have.keys()]), entries };
}

/** The answer to a join at `now` (ms since 1970), made after the subscription stands: nothing can fall between. */
export function joinReply(
  { room, member }: Membership,
  opening: Opening,
  settings: JoinSettings,
  now: number,
): JoinReply {
  const { entries, more, recovered, epoch, offset, floor, have } = opening;
  return {
    self: member,
    members: everyone(room, isBig(room) ? BIG_ROOM.shown : BIG_ROOM.members),
    count: countOf(room),
    ...{ entries, more, recovered, epoch, offset, floor, have },
    settings: { history: settings.history, age: settings.historyAge, mesh: settings.mesh },
    ...iceFor(member, settings, now),
    certificate: null,
  };
}

/** What links need, for who may open any; a TURN credential is the member's own and ends soon. */
function iceFor(
  { user, rtc }: Member,
  settings: JoinSettings,
  now: number,
): Pick<JoinReply, 'ice'> & Partial<JoinReply> {
  const turn = rtc && settings.mesh > 0 ? turnServers(settings, user, now) : [];
  return turn.length === 0
    ? { ice: settings.ice }
    : { ice: [...settings.ice, ...turn], iceLasts: TURN_SECONDS * 1_000 - (now % 1_000) };
}

function planMember(
  room: RoomName,
  replica: ReplicaId,
  name: string | undefined,
  guests: JoinSettings['guests'],
  rest: Pick<JoinPlan, 'host' | 'request' | 'entries'>,
): Result<JoinPlan> {
  if (name === undefined && guests === 'named') return refuse('guests_off', 'guests need a name here');
  const shown = name ?? `Guest ${replica.slice(0, 4)}`;
  const member: Member = { user: guestId(replica), name: shown, replica, rtc: rest.request?.rtc ?? false };
  return accept({ room, member, ...rest });
}
