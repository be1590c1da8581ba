import type { Author, Member } from '../../protocol/frames.ts';
import { guestId, isUserId, type ReplicaId, type RoomName } from '../../protocol/ids.ts';
import {
  type IceServer,
  type JoinNeeds,
  type JoinReply,
  parseHostedRequest,
  parseJoinRequest,
  type RoomSettings,
} from '../../protocol/join.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import type { NatterExt } from '../gate/message.ts';
import type { Certificates } from '../trust/certificates.ts';
import { mayEnter } from '../trust/person.ts';
import { hostedScalar, hostReplica, verifyProof } from '../trust/replica.ts';
import { TURN_SECONDS, type TurnSettings, turnServers } from '../trust/turn-credentials.ts';
import type { Entrant } from './members.ts';
import { BIG_ROOM, countOf, everyone, isBig, type Membership, type Visitor } from './room.ts';
import type { Opening, Request } from './room-log.ts';

/** A join that may happen, worked out before anything is changed. */
export interface JoinPlan extends Entrant {
  readonly room: RoomName;
  readonly request: JoinNeeds & { readonly renew?: true; readonly after?: number };
  /** Whether the answer brings entries: a plain client that sends no `ext.natter` would not look for them there. */
  readonly entries: boolean;
}

export interface JoinSettings extends RoomSettings, TurnSettings {
  readonly historyAge: number;
  readonly encryptedRooms: readonly string[] | undefined;
  readonly ice: readonly IceServer[];
  readonly guests: 'on' | 'named' | 'off';
}

export interface JoinPorts {
  readonly guests: JoinSettings['guests'];
  readonly certificates: Certificates;
  /** What makes hosted replicas the same in a next session; undefined: each session has a replica of its own. */
  readonly hostSecret: string | undefined;
}

/** Works out who joins. With a key it must be proven; without one the relay hosts a replica for this session. */
export function planJoin(
  visitor: Visitor,
  room: RoomName,
  natter: NatterExt | undefined,
  present: Membership | undefined,
  ports: JoinPorts,
): Result<JoinPlan> {
  if (!mayEnter(visitor.person, room)) return refuse('room_forbidden', 'your login does not open this room');
  if (natter?.key === undefined) {
    const request = parseHostedRequest(natter ?? {});
    if (!request.ok) return request;
    const host = present?.chain?.host ?? hostReplica(scalarFor(room, request.value.host, ports.hostSecret));
    const name = request.value.name ?? visitor.name;
    const plan = { host, request: request.value, entries: natter !== undefined };
    return planMember(visitor, room, { replica: host.replica, key: host.key, name }, ports, plan);
  }
  const request = parseJoinRequest(natter);
  if (!request.ok) return request;
  const { key, proof, name } = request.value;
  const replica = verifyProof({ room, nonce: visitor.nonce, clientId: visitor.clientId, key, proof });
  if (!replica.ok) return replica;
  const renew = request.value.renew === true;
  if (renew && present?.member.replica !== replica.value) return refuse('not_a_member', 'join the room first');
  const plan = { host: undefined, request: request.value, entries: !renew };
  const shown = name ?? (renew ? present?.member.name : undefined) ?? visitor.name;
  return planMember(visitor, room, { replica: replica.value, key, name: shown }, ports, plan);
}

function scalarFor(room: RoomName, client: string | undefined, relay: string | undefined): Buffer | undefined {
  return client === undefined || relay === undefined ? undefined : hostedScalar(relay, room, client);
}

/** What a join asks of the log. */
export function logRequest({ request, member, entries }: JoinPlan): Request {
  const { cursor, have } = request;
  return { cursor, have, replicas: new Set([member.replica, ...have.keys()]), entries };
}

/** The answer to a join at `now` (ms since 1970), made after the subscription stands: nothing can fall between. */
export function joinReply(
  { room, member, certificate, visitor }: Membership,
  opening: Opening,
  settings: JoinSettings,
  relayKey: string,
  now: number,
): JoinReply {
  const { expires } = visitor.person;
  const { entries, more, recovered, epoch, offset, floor, have } = opening;
  return {
    self: member,
    members: everyone(room, isBig(room) ? BIG_ROOM.shown : BIG_ROOM.members),
    count: countOf(room),
    ...{ entries, more, recovered, epoch, offset, floor, have },
    settings: { history: settings.history, age: settings.historyAge, mesh: settings.mesh },
    ...iceFor(member, settings, now),
    certificate: certificate.text,
    relayKey,
    proofs: room.proofs.all(),
    rulings: room.rulebook.frames(),
    ...(expires === undefined ? {} : { expires }),
  };
}

/** What links need, for who may open any; a TURN credential is the member's own and ends soon. */
export function iceFor(
  { user, rtc }: Member,
  settings: JoinSettings,
  now: number,
): Pick<JoinReply, 'ice' | 'iceLasts'> {
  const turn = rtc && settings.mesh > 0 ? turnServers(settings, user, now) : [];
  if (turn.length === 0) return { ice: settings.ice };
  return { ice: [...settings.ice, ...turn], iceLasts: TURN_SECONDS * 1_000 - (now % 1_000) };
}

/** The name that a login gives counts, and else the one that the visitor has chosen. */
function planMember(
  { person }: Visitor,
  room: RoomName,
  {
    replica,
    key,
    name: chosen,
  }: { readonly replica: ReplicaId; readonly key: string; readonly name: string | undefined },
  { guests, certificates }: JoinPorts,
  rest: Pick<JoinPlan, 'host' | 'request' | 'entries'>,
): Result<JoinPlan> {
  const name = person.name ?? chosen;
  if (name === undefined && person.user === undefined && guests === 'named')
    return refuse('guests_off', 'guests need a name here');
  const shown = name ?? `Guest ${replica.slice(0, 4)}`;
  const certificate = certificates.issue(room, { person, key, name: shown });
  if (!certificate.ok) return certificate;
  const user = isUserId(person.user) ? person.user : guestId(replica);
  const who: Author = { user, name: shown, ...(person.role === 'moderator' ? { role: person.role } : {}) };
  const member: Member = { ...who, replica, rtc: rest.request.rtc };
  return accept({ room, member, certificate: certificate.value, ...rest });
}
