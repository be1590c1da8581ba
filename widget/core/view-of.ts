import type { Author } from '../../protocol/frames.ts';
import { isBanned, isLocked, isReadOnly, mutedUntil, silencing, slowNow } from '../../protocol/rules.ts';
import { authorOf, isLinked, linkedReplicas, pathOf, presentOthers, samePresent } from './paths.ts';
import { reportsOf } from './reports.ts';
import { rowsOf, sameRows } from './rows.ts';
import { isOut, selfOf, silencedIn, writingOf } from './silence.ts';
import type { State } from './state.ts';
import type { AwayView, Barred, ConnectionView, MemberView, RoomView } from './view.ts';

const BANNED: Barred = { code: 'banned', message: 'a moderator has banned you' };

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
      : keep(membersOf(state, at), previous?.members, sameMember);
  const { rules } = state.log.rulebook;
  const typing = [...state.typing.keys()]
    .map((replica) => authorOf(state, replica))
    .filter((author) => !state.blocked.has(author.user) && !silencing(rules, author, at + state.skew));
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
    moderates: !state.hosted && selfOf(state).role === 'moderator', // the relay makes no decisions for anybody
    writing: same(writingOf(state, at), previous?.writing),
    rules: same({ slow: slowNow(rules), readOnly: isReadOnly(rules), locked: isLocked(rules) }, previous?.rules),
    silenced: same(silencedIn(state, at), previous?.silenced),
    blocked: same(
      [...state.blocked].map(([user, name]) => ({ user, name })),
      previous?.blocked,
    ),
    reports: same(reportsOf(state), previous?.reports),
    barred: state.barred ?? (isBanned(rules, selfOf(state)) ? BANNED : undefined),
  };
}

/** Whether two views are drawn the same: what has not changed is the same object in both. */
export function sameView(a: RoomView, b: RoomView): boolean {
  return (Object.keys(a) as (keyof RoomView)[]).every((key) => a[key] === b[key]);
}

function membersOf(state: State, at: number): readonly MemberView[] {
  const replicas = new Set([...(state.relay.state === 'joined' ? state.members.keys() : []), ...linkedReplicas(state)]);
  replicas.delete(state.self);
  const { rules } = state.log.rulebook;
  const isMuted = (author: Author) => mutedUntil(rules, author, at + state.skew) !== undefined;
  const others = [...replicas]
    .filter((replica) => !isOut(state, replica))
    .map((replica): MemberView => {
      const author = authorOf(state, replica);
      return { ...author, replica, self: false, linked: isLinked(state, replica), muted: isMuted(author) };
    })
    .sort((a, b) => a.name.localeCompare(b.name) || (a.replica < b.replica ? -1 : 1));
  if (state.name === undefined || state.phase !== 'open') return others;
  const self = selfOf(state);
  return [{ ...self, replica: state.self, self: true, linked: false, muted: isMuted(self) }, ...others];
}

/** Whether both states show the same members, told without looking at any. */
function sameMembers(a: State, b: State): boolean {
  const isSame = samePresent(a, b) && a.name === b.name && a.phase === b.phase && a.away === b.away;
  return isSame && a.log.rulebook === b.log.rulebook && b.log.rulebook.rules.muted.size === 0;
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
  return (
    a.replica === b.replica &&
    a.name === b.name &&
    a.linked === b.linked &&
    a.self === b.self &&
    a.muted === b.muted &&
    a.role === b.role
  );
}
