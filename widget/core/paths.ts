import type { Author, ControlFrame, EntryFrame } from '../../protocol/frames.ts';
import { guestId, type ReplicaId } from '../../protocol/ids.ts';
import type { Effect } from './effects.ts';
import type { Via } from './events.ts';
import type { Fact, State } from './state.ts';
import type { Path } from './view.ts';

/** How long a path that is not up yet (or just went down) is called Connecting and not Offline, ms. */
export const CONNECTING_FOR = 3_000;

/** Rooms of more members than this exchange acks by sample, so that a message brings about this many. */
export const ACK_MEMBERS = 32;

/** The relay as it is when it is not reached; of a room without one, none. */
export function relayAway({ relay }: State, since: number): State['relay'] {
  return relay.state === 'none' ? relay : { state: 'down', since };
}

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

/** Whether both states have the same people present, told without looking at any. */
export function samePresent(a: State, b: State): boolean {
  return a.members === b.members && a.links === b.links && a.relay.state === b.relay.state && a.self === b.self;
}

/** Present, and reached by the relay alone. */
export function unlinkedReplicas(state: State): readonly ReplicaId[] {
  return presentOthers(state).filter((replica) => !isLinked(state, replica));
}

/** Whether some present member can only be reached by the relay. */
export function someoneUnlinked(state: State): boolean {
  if (state.relay.state !== 'joined') return false;
  return state.count > state.members.size || unlinkedReplicas(state).length > 0;
}

/** An entry goes to the relay when the room keeps history, when someone has no open link with me, or when I am alone. */
export function relayCarriesEntries(state: State): boolean {
  if (state.relay.state !== 'joined') return false;
  return keepsHistory(state) || someoneUnlinked(state) || presentOthers(state).length === 0;
}

/** Whether the relay keeps a log of this room; taken to do so until it has said. */
export function keepsHistory(state: State): boolean {
  return state.relay.state !== 'none' && (state.settings?.history ?? 1) > 0;
}

export function isRelayUp(state: State): boolean {
  return state.relay.state === 'joined';
}

/** Whether anything can be sent anywhere. */
export function anyPathUp(state: State): boolean {
  return isRelayUp(state) || linkedReplicas(state).length > 0;
}

/** Sends a frame to one replica: by the link, or by the relay where there is none. */
export function toReplica(state: State, replica: ReplicaId, frame: ControlFrame): readonly Effect[] {
  if (isLinked(state, replica)) return [{ type: 'send-link', replica, frame }];
  return isRelayUp(state) && state.members.has(replica) ? [{ type: 'send-relay', channel: replica, frame }] : [];
}

/** Sends a frame to everyone by links, and by the relay where someone has none. */
export function toEveryone(state: State, frame: ControlFrame): readonly Effect[] {
  const effects = linkedReplicas(state).map((replica): Effect => ({ type: 'send-link', replica, frame }));
  if (someoneUnlinked(state)) effects.push({ type: 'send-relay', channel: 'presence', frame });
  return effects;
}

/** An entry as it goes out: whoever receives it reads its author in its certificate. */
export function frameOf({ entry }: Pick<EntryFrame, 'entry'>): EntryFrame {
  return { v: 1, entry };
}

/** What the path of some bytes is called where people read of it. */
export function pathKind(via: Via): Fact['path'] {
  return via === 'relay' ? 'relay' : 'link';
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
  if (state.relay.state === 'none') return state.browserOfflineSince === undefined ? 'waiting' : 'offline';
  return at - state.relay.since < CONNECTING_FOR && state.browserOfflineSince === undefined ? 'connecting' : 'offline';
}

/** Who is behind a replica, as far as anyone has said. */
export function authorOf(state: State, replica: ReplicaId): Author {
  const link = state.links.get(replica);
  const known =
    state.members.get(replica) ?? (link?.state === 'ready' ? link.author : undefined) ?? state.away.get(replica);
  const user = known?.user ?? guestId(replica);
  const name = (replica === state.self ? state.name : undefined) ?? known?.name ?? 'Guest';
  return known?.role === undefined ? { user, name } : { user, name, role: known.role };
}
