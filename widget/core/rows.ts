import type { EntryId, ReplicaId } from '../../protocol/ids.ts';
import { holds, isDelivered, isRead } from './acks.ts';
import { type Amended, type Amendment, amend, amendmentOf, isShownElsewhere } from './amendments.ts';
import { bodyOf, draftOf } from './bodies.ts';
import { isLeftOut, leavingOut } from './leaving-out.ts';
import type { Logged } from './log.ts';
import type { Outgoing } from './outbox.ts';
import { authorOf } from './paths.ts';
import type { State } from './state.ts';
import type { MessageView, Status } from './view.ts';

/** What of the state the rows depend on; the same parts give the same rows. */
type Source = Pick<State, 'log' | 'outbox' | 'receipts' | 'self' | 'name' | 'members' | 'links' | 'away' | 'blocked'>;

/** The messages in shown order, then mine that have no number yet. Rows that say the same are the same objects. */
export function rowsOf(state: State, previous: readonly MessageView[]): readonly MessageView[] {
  const outgoing = new Map(state.outbox.map((item) => [item.draft, item]));
  const pending = pendingOf(state);
  const rows: MessageView[] = [];
  const mine: { readonly seq: number; readonly row: number }[] = [];
  const numbered = new Set<string>();
  const find = finder(state.log.order);
  const leavesOut = leavingOut(state);
  for (const logged of state.log.order) {
    const draft = logged.entry.replica === state.self ? draftOf(logged) : undefined;
    if (draft !== undefined) numbered.add(draft);
    if (leavesOut(logged) && outgoing.get(draft ?? '')?.phase !== 'failed') continue;
    const row = loggedRow(state, logged, outgoing, pending, find);
    if (!row) continue;
    if (row.mine) mine.push({ seq: logged.entry.seq, row: rows.length });
    rows.push(row);
  }
  for (const item of state.outbox) {
    const row = numbered.has(item.draft) ? undefined : outgoingRow(state, item, pending);
    if (row) rows.push(row);
  }
  showReaders(state, rows, mine);
  return asBefore(rows, previous);
}

/** Finds entries by id. Few rows need that, so the index is made when it is first asked. */
function finder(order: readonly Logged[]): (id: EntryId) => Logged | undefined {
  let byId: ReadonlyMap<EntryId, Logged> | undefined;
  return (id) => {
    byId ??= new Map(order.map((logged) => [logged.entry.id, logged]));
    return byId.get(id);
  };
}

/** Each row as the object it was, where it says the same. Most rows stand where they stood. */
function asBefore(rows: readonly MessageView[], previous: readonly MessageView[]): readonly MessageView[] {
  let byKey: ReadonlyMap<string, MessageView> | undefined;
  return rows.map((row, i) => {
    const there = previous[i];
    if (there === row) return row;
    byKey ??= there?.key === row.key ? undefined : new Map(previous.map((view) => [view.key, view]));
    const before = there?.key === row.key ? there : byKey?.get(row.key);
    return before && isSame(before, row) ? before : row;
  });
}

/** Whether both states show the same messages, told without looking at any. */
export function sameRows(a: Source, b: Source): boolean {
  return (
    a.log === b.log &&
    a.outbox === b.outbox &&
    a.blocked === b.blocked &&
    a.receipts === b.receipts &&
    a.self === b.self &&
    a.name === b.name &&
    a.members.get(a.self)?.user === b.members.get(b.self)?.user &&
    (a.receipts.size === 0 || (a.members === b.members && a.links === b.links && a.away === b.away))
  );
}

/** Amendments of mine that are not entries yet, or failed: they show at once, with their target's key. */
type Pending = ReadonlyMap<string, readonly { readonly amendment: Amendment; readonly failed: boolean }[]>;

function pendingOf(state: State): Pending {
  const pending = new Map<string, { amendment: Amendment; failed: boolean }[]>();
  for (const { content, phase } of state.outbox) {
    if (!('target' in content) || phase === 'sealed' || phase === 'ready') continue;
    const list = pending.get(content.target) ?? [];
    // The key stands in for the id that the target may not have yet.
    const body = content as Amendment['body'];
    list.push({ amendment: { body, author: authorOf(state, state.self) }, failed: phase === 'failed' });
    pending.set(content.target, list);
  }
  return pending;
}

function loggedRow(
  state: State,
  logged: Logged,
  outgoing: ReadonlyMap<string, Outgoing>,
  pending: Pending,
  find: (id: EntryId) => Logged | undefined,
): MessageView | undefined {
  const { entry, author } = logged;
  const body = bodyOf(logged);
  const mine = entry.replica === state.self;
  if (body?.kind !== 'message') return body === undefined ? markedRow(state, logged, mine) : undefined;
  const key = (mine ? body.draft : undefined) ?? entry.id;
  const waiting = pending.get(key) ?? [];
  const amending = (state.log.amendments.get(entry.id) ?? NO_AMENDMENTS).filter((by) => !isLeftOut(state, by));
  const item = mine ? outgoing.get(key) : undefined;
  const status = mine ? progressOf(state, entry.seq, item) : undefined;
  if (waiting.length === 0 && amending.length === 0 && item?.phase !== 'failed')
    return plainRow(state, logged, { key, mine, text: body.text, status });
  const amendments = [...amending.flatMap(amendmentOf), ...waiting.map(({ amendment }) => amendment)];
  const failed = waiting.some((by) => by.failed);
  if (!failed && isShownElsewhere(logged, amendments, find, state.log.amendments)) return undefined;
  const shown = amend(body.text, author, amendments);
  const row = { ...rowOf(state, shown), key, author, mine, at: entry.clock[0] };
  if (item?.phase === 'failed') return { ...row, ...failureOf(item) };
  return { ...row, ...statusOf(failed ? 'failed' : status) };
}

/** Most rows are as they were written: each is made once, and of mine once for each status. */
const plainRows = new WeakMap<Logged, MessageView>();

function plainRow(
  state: State,
  logged: Logged,
  { key, mine, text, status }: Pick<MessageView, 'key' | 'mine' | 'text'> & { readonly status: Status | undefined },
): MessageView {
  const made = plainRows.get(logged);
  if (made && made.mine === mine && made.status === status) return made;
  const shown = { text, edited: false, deleted: false, reactions: [] };
  const { entry, author } = logged;
  const row = { ...rowOf(state, shown), key, author, mine, at: entry.clock[0], ...statusOf(status) };
  plainRows.set(logged, row);
  return row;
}

/** A message that can't be read stands where it would, so that nobody takes the conversation for whole. */
function markedRow(state: State, { entry, author, opened }: Logged, mine: boolean): MessageView | undefined {
  if (entry.kind !== 'message' || !opened) return undefined;
  const locked = opened.state === 'locked' ? { lockedBy: opened.key } : undefined;
  const mark = opened.state === 'open' ? 'damaged' : opened.state; // it opened to what no version of this wrote
  return { ...rowOf(state, UNSAID), key: entry.id, author, mine, at: entry.clock[0], mark, ...locked };
}

const UNSAID: Amended = { text: '', edited: false, deleted: false, reactions: [] };

function outgoingRow(state: State, item: Outgoing, pending: Pending): MessageView | undefined {
  const { content, draft, at } = item;
  if (content.kind !== 'message') return undefined;
  const author = authorOf(state, state.self);
  const amendments = (pending.get(draft) ?? []).map(({ amendment }) => amendment);
  const row = { ...rowOf(state, amend(content.text, author, amendments)), key: draft, author, mine: true, at };
  if (item.phase === 'failed') return { ...row, ...failureOf(item) };
  return { ...row, status: item.phase === 'asked' && item.id !== undefined ? 'sent' : 'queued' };
}

function rowOf(state: State, { text, edited, deleted, reactions }: Amended) {
  const by = authorOf(state, state.self).user;
  return {
    text,
    edited,
    deleted,
    seenBy: NOBODY,
    reactions:
      reactions.length === 0
        ? NO_REACTIONS
        : reactions.map((reaction) => ({ ...reaction, mine: reaction.authors.some(({ user }) => user === by) })),
  };
}

const NO_AMENDMENTS: readonly Logged[] = [];
const NOBODY: MessageView['seenBy'] = [];
const NO_REACTIONS: MessageView['reactions'] = [];

/** That of another's message is left out. */
function statusOf(status: Status | undefined): Pick<MessageView, 'status'> {
  return status ? { status } : {};
}

function failureOf(item: Extract<Outgoing, { phase: 'failed' }>): Pick<MessageView, 'status' | 'refusal'> {
  return { status: 'failed', ...(item.refusal ? { refusal: item.refusal } : {}) };
}

function progressOf(state: State, seq: number, item: Outgoing | undefined): Status {
  if (isRead(state, seq)) return 'read';
  if (isDelivered(state, seq)) return 'delivered';
  if (!item) return 'sent';
  return item.phase === 'ready' && (item.relayed || item.linked || item.sent) ? 'sent' : 'queued';
}

/** Puts everyone who has read something of mine under the newest message they have read. */
function showReaders(
  state: State,
  rows: MessageView[],
  mine: readonly { readonly seq: number; readonly row: number }[],
): void {
  for (const [replica, { read }] of state.receipts) {
    const last = read === 0 ? undefined : lastRead(state, replica, read, mine);
    const row = last === undefined ? undefined : rows[last];
    if (last !== undefined && row) rows[last] = { ...row, seenBy: [...row.seenBy, authorOf(state, replica)] };
  }
}

function lastRead(
  state: State,
  replica: ReplicaId,
  read: number,
  mine: readonly { readonly seq: number; readonly row: number }[],
): number | undefined {
  for (let i = mine.length - 1; i >= 0; i -= 1) {
    const candidate = mine[i];
    if (candidate && candidate.seq <= read && holds(state, replica, candidate.seq)) return candidate.row;
  }
  return undefined;
}

function isSame(a: MessageView, b: MessageView): boolean {
  return (
    a.text === b.text &&
    a.at === b.at &&
    a.status === b.status &&
    a.refusal === b.refusal &&
    a.author.name === b.author.name &&
    a.mine === b.mine &&
    a.edited === b.edited &&
    a.deleted === b.deleted &&
    a.mark === b.mark &&
    (a.reactions === b.reactions || JSON.stringify(a.reactions) === JSON.stringify(b.reactions)) &&
    (a.seenBy === b.seenBy || JSON.stringify(a.seenBy) === JSON.stringify(b.seenBy))
  );
}
