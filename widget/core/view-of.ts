import { authorOf, isLinked, linkedReplicas, pathOf, presentOthers, samePresent } from './paths.ts';
import { rowsOf, sameRows } from './rows.ts';
import type { State } from './state.ts';
import type { AwayView, ConnectionView, MemberView, RoomView } from './view.ts';

/** A view, and the state it shows. */
export interface Shown {
  readonly state: State;
  readonly view: RoomView;
}

/** Derives what the UI shows. Parts that have not changed are the same objects as in `previous`. */
export function viewOf(state: State, at: number, shown: Shown | undefined): RoomView {
  const previous = shown?.view;
  const messages =
    shown && sameRows(state, shown.state)
      ? shown.view.messages
      : keep(rowsOf(state, previous?.messages ?? []), previous?.messages, (a, b) => a === b);
  const members =
    shown && sameMembers(state, shown.state)
      ? shown.view.members
      : keep(membersOf(state), previous?.members, sameMember);
  const typing = [...state.typing.keys()].map((replica) => authorOf(state, replica));
  return {
    room: state.room,
    local: state.relay.state === 'none',
    phase: state.phase,
    self: same(state.name === undefined ? undefined : { replica: state.self, name: state.name }, previous?.self),
    path: pathOf(state, at),
    connection: same(connectionOf(state), previous?.connection),
    address: state.address,
    members,
    count: Math.max(state.count, members.length),
    away: keep(awayOf(state), previous?.away, (a, b) => a.user === b.user && a.seenAt === b.seenAt),
    messages,
    earlier: state.earlier,
    loadingEarlier: state.earlierAsked !== undefined,
    typing: keep(typing, previous?.typing, (a, b) => a.user === b.user && a.name === b.name),
    unread: state.unread,
    firstUnread: state.firstUnread,
    notices: state.notices,
    barred: state.barred,
  };
}

/** Whether two views are drawn the same: what has not changed is the same object in both. */
export function sameView(a: RoomView, b: RoomView): boolean {
  return (Object.keys(a) as (keyof RoomView)[]).every((key) => a[key] === b[key]);
}

function membersOf(state: State): readonly MemberView[] {
  const replicas = new Set([...(state.relay.state === 'joined' ? state.members.keys() : []), ...linkedReplicas(state)]);
  replicas.delete(state.self);
  const others = [...replicas]
    .map(
      (replica): MemberView => ({
        ...authorOf(state, replica),
        replica,
        self: false,
        linked: isLinked(state, replica),
      }),
    )
    .sort((a, b) => a.name.localeCompare(b.name) || (a.replica < b.replica ? -1 : 1));
  if (state.name === undefined || state.phase !== 'open') return others;
  return [{ ...authorOf(state, state.self), replica: state.self, self: true, linked: false }, ...others];
}

/** Whether both states show the same members, told without looking at any. */
function sameMembers(a: State, b: State): boolean {
  return samePresent(a, b) && a.name === b.name && a.phase === b.phase && a.away === b.away;
}

/** Those who were here, but for people who are here through another replica. */
function awayOf(state: State): readonly AwayView[] {
  if (state.away.size === 0) return [];
  const present = new Set(presentOthers(state).map((replica) => authorOf(state, replica).user));
  return [...state.away.values()].filter(({ user }) => !present.has(user)).reverse();
}

function connectionOf(state: State): ConnectionView {
  if (state.browserOfflineSince !== undefined) return { state: 'browser-offline', since: state.browserOfflineSince };
  if (state.relay.state !== 'down' || linkedReplicas(state).length > 0) return { state: 'online' };
  const { since, retryAt } = state.relay;
  return { state: 'down', since, ...(retryAt === undefined ? {} : { retryAt }) };
}

/** The previous part where it says the same. */
function same<T>(next: T, previous: T | undefined): T {
  return previous !== undefined && JSON.stringify(next) === JSON.stringify(previous) ? previous : next;
}

/** The previous list where nothing in it has changed, so that whoever draws it can tell by identity. */
function keep<T>(next: readonly T[], previous: readonly T[] | undefined, same: (a: T, b: T) => boolean): readonly T[] {
  if (!previous || previous.length !== next.length) return next;
  return next.every((item, i) => {
    const before = previous[i];
    return before !== undefined && same(item, before);
  })
    ? previous
    : next;
}

function sameMember(a: MemberView, b: MemberView): boolean {
  return a.replica === b.replica && a.name === b.name && a.linked === b.linked && a.self === b.self;
}
