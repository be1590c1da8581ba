import type { Author, Member } from '../../protocol/frames.ts';
import { guestId, type ReplicaId } from '../../protocol/ids.ts';
import type { State } from './state.ts';
import type { Path } from './view.ts';

/** How long a path that is not up yet (or just went down) is called Connecting and not Offline, ms. */
export const CONNECTING_FOR = 3_000;

/** Rooms of more members than this exchange no acks: status stays at sent. */
export const ACK_MEMBERS = 32;

/** Whether entries and frames may go over the link to this replica now. */
export function isLinked(state: State, replica: ReplicaId): boolean {
  return state.links.get(replica)?.state === 'ready';
}

export function linkedReplicas(state: State): readonly ReplicaId[] {
  return [...state.links.keys()].filter((replica) => isLinked(state, replica));
}

/** Everyone else present: the relay lists them, or a link to them lives. */
export function presentOthers(state: State): readonly ReplicaId[] {
  const present = new Set(linkedReplicas(state));
  if (state.relay.state === 'joined') for (const replica of state.members.keys()) present.add(replica);
  present.delete(state.self);
  return [...present];
}

/** Whether some present member can only be reached by the relay. */
export function someoneUnlinked(state: State): boolean {
  if (state.relay.state !== 'joined') return false;
  return state.count > state.members.size || presentOthers(state).some((replica) => !isLinked(state, replica));
}

/** An entry goes to the relay when the room keeps history, when someone has no open link with me, or when I am alone. */
export function relayCarriesEntries(state: State): boolean {
  if (state.relay.state !== 'joined') return false;
  return (state.settings?.history ?? 1) > 0 || someoneUnlinked(state) || presentOthers(state).length === 0;
}

export function isRelayUp(state: State): boolean {
  return state.relay.state === 'joined';
}

/** Whether anything can be sent anywhere. */
export function anyPathUp(state: State): boolean {
  return isRelayUp(state) || linkedReplicas(state).length > 0;
}

/** The words of the path chip. */
export function pathOf(state: State, at: number): Path {
  const linked = linkedReplicas(state).length;
  if (state.relay.state === 'joined') {
    if (presentOthers(state).length === 0 && state.count <= 1) return 'waiting';
    if (!someoneUnlinked(state)) return 'direct';
    return linked > 0 ? 'mixed' : 'relayed';
  }
  if (linked > 0) return 'direct';
  return at - state.relay.since < CONNECTING_FOR && state.browserOfflineSince === undefined ? 'connecting' : 'offline';
}

/** Who is behind a replica, as far as anyone has said. */
export function authorOf(state: State, replica: ReplicaId): Author {
  if (replica === state.self) return { user: guestId(replica), name: state.name ?? '' };
  const link = state.links.get(replica);
  const member: Member | undefined = state.members.get(replica);
  if (member) return { user: member.user, name: member.name };
  if (link?.state === 'ready') return link.author;
  return { user: guestId(replica), name: 'Guest' };
}
