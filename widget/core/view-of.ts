import { type MessagePayload, parseMessagePayload } from '../../protocol/payloads.ts';
import { isDelivered } from './deliver.ts';
import type { Logged } from './log.ts';
import type { Outgoing } from './outbox.ts';
import { authorOf, isLinked, linkedReplicas, pathOf } from './paths.ts';
import type { State } from './state.ts';
import type { ConnectionView, MemberView, MessageView, RoomView, Status } from './view.ts';

/** Derives what the UI shows. Rows that have not changed are the same objects as in `previous`. */
export function viewOf(state: State, at: number, previous: RoomView | undefined): RoomView {
  const messages = messagesOf(state, previous?.messages ?? []);
  const members = membersOf(state);
  const typing = [...state.typing.keys()].map((replica) => authorOf(state, replica));
  return {
    room: state.room,
    phase: state.phase,
    self: same(state.name === undefined ? undefined : { replica: state.self, name: state.name }, previous?.self),
    path: pathOf(state, at),
    connection: same(connectionOf(state), previous?.connection),
    members: keep(members, previous?.members, sameMember),
    count: Math.max(state.count, members.length),
    messages,
    earlier: state.earlier,
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

function messagesOf(state: State, previous: readonly MessageView[]): readonly MessageView[] {
  const known = new Map(previous.map((view) => [view.key, view]));
  const outgoing = new Map(state.outbox.map((item) => [item.draft, item]));
  const rows: MessageView[] = [];
  const push = (row: MessageView) => {
    const before = known.get(row.key);
    rows.push(before && sameMessage(before, row) ? before : row);
  };
  for (const logged of state.log.order) {
    const row = loggedRow(state, logged, outgoing);
    if (row) push(row);
  }
  const numbered = new Set(rows.map(({ key }) => key));
  for (const item of state.outbox) if (!numbered.has(item.draft)) push(outgoingRow(state, item));
  return keep(rows, previous, (a, b) => a === b);
}

function loggedRow(state: State, logged: Logged, outgoing: ReadonlyMap<string, Outgoing>): MessageView | undefined {
  const { entry, author } = logged;
  if (entry.kind !== 'message') return undefined;
  const payload = payloadOf(logged);
  if (!payload) return undefined;
  const { text, draft } = payload;
  const mine = entry.replica === state.self;
  if (!mine) return { key: entry.id, author, mine, text, at: entry.clock[0] };
  const item = draft === undefined ? undefined : outgoing.get(draft);
  return { key: draft ?? entry.id, author, mine, text, at: entry.clock[0], ...statusOf(state, entry.seq, item) };
}

/** Entries never change, so each is parsed once however often the view is derived. */
const payloads = new WeakMap<Logged, MessagePayload | undefined>();

function payloadOf(logged: Logged): MessagePayload | undefined {
  if (!payloads.has(logged)) {
    const payload = parseMessagePayload(logged.entry.payload);
    payloads.set(logged, payload.ok ? payload.value : undefined);
  }
  return payloads.get(logged);
}

function outgoingRow(state: State, item: Outgoing): MessageView {
  const author = authorOf(state, state.self);
  return { key: item.draft, author, mine: true, text: item.text, at: item.at, ...statusOf(state, 0, item) };
}

function statusOf(state: State, seq: number, item: Outgoing | undefined): Pick<MessageView, 'status' | 'refusal'> {
  if (item?.phase === 'failed') return { status: 'failed', ...(item.refusal ? { refusal: item.refusal } : {}) };
  return { status: progressOf(state, seq, item) };
}

function progressOf(state: State, seq: number, item: Outgoing | undefined): Status {
  if (seq > 0 && isDelivered(state, seq)) return 'delivered';
  if (!item) return 'sent';
  return item.phase === 'ready' && (item.relayed || item.linked) ? 'sent' : 'queued';
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

function connectionOf(state: State): ConnectionView {
  if (state.browserOfflineSince !== undefined) return { state: 'browser-offline', since: state.browserOfflineSince };
  if (state.relay.state === 'joined' || linkedReplicas(state).length > 0) return { state: 'online' };
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

function sameMessage(a: MessageView, b: MessageView): boolean {
  return (
    a.text === b.text &&
    a.at === b.at &&
    a.status === b.status &&
    a.refusal === b.refusal &&
    a.author.name === b.author.name &&
    a.mine === b.mine
  );
}

function sameMember(a: MemberView, b: MemberView): boolean {
  return a.replica === b.replica && a.name === b.name && a.linked === b.linked && a.self === b.self;
}
