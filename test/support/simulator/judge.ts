import { compareEntries } from '../../../protocol/entry.ts';
import type { EntryId } from '../../../protocol/ids.ts';
import { type Body, parseBody } from '../../../protocol/payloads.ts';
import type { Logged } from '../../../widget/core/log.ts';
import type { MessageView } from '../../../widget/core/view.ts';
import type { SimulatedClient } from './client.ts';
import type { World } from './world.ts';

/** Replicas whose receipts a client remembers at most. */
const RECEIPTS = 64;

/** What is wrong in a world that has been whole for long enough, in words; nothing if all is well. */
export function judge(world: World): readonly string[] {
  const wrong = [...world.watch.complaints];
  const [first] = world.clients;
  for (const client of world.clients) {
    wrong.push(...proven(world, client), ...arrivals(world, client), ...rows(client), ...bounds(world, client));
    if (first) wrong.push(...sameLog(world, client, first));
  }
  if (world.relay.options.history > 0 && first) {
    // What was refused for good and came to others by links is not offered again.
    const asked = (id: EntryId) => !world.relay.refused.has(id) && !world.watch.refuted.has(id);
    const held = world.relay.log.frames.map(({ entry }) => entry.id);
    wrong.push(...difference('the relay', held.filter(asked), idsOf(first).filter(asked), first.name));
  }
  return wrong;
}

/** What anybody can prove to stand beside another thing is shown by nobody. */
function proven(world: World, { name, state }: SimulatedClient): readonly string[] {
  const known = new Set(world.clients.flatMap((client) => [...client.state.log.conflicts.keys()]));
  const shown = state.log.order.filter(({ entry }) => known.has(`${entry.replica} ${entry.seq}`));
  return shown.map(({ entry }) => `${name} shows ${entry.id}, whose number stands for two things`);
}

/** All that must have arrived is here, once. */
function arrivals(world: World, { name, state }: SimulatedClient): readonly string[] {
  const held = new Set(state.log.order.map(({ entry }) => entry.id));
  // One that its author has changed since says something of its own.
  const shown = new Set(read(state.log.order).flatMap(({ id, changed }) => (changed ? [] : [id])));
  const failed = new Set(state.outbox.filter(({ phase }) => phase === 'failed').map(({ draft }) => draft));
  return world.watch.composed.flatMap(({ draft, ids, lost, content }) => {
    if ([...ids].some((id) => !mayReachAll(world, id) || world.watch.refuted.has(id))) return [];
    const copies = [...ids].filter((id) => held.has(id)).length;
    // An amendment that is said again changes nothing.
    const rows = [...ids].filter((id) => shown.has(id)).length;
    if (rows > 1 && content.kind === 'message') return [`${name} shows ${draft} ${rows} times`];
    if (copies === 0 && !lost && !failed.has(draft)) return [`${name} lacks ${draft} (${content.kind})`];
    return [];
  });
}

/** What is shown is what an independent reading of the log says, row by row and in order. */
function rows(client: SimulatedClient): readonly string[] {
  const expected = read(client.state.log.order);
  const shown = client.view().messages.filter(({ key }) => !client.state.outbox.some(({ draft }) => draft === key));
  const texts = (list: readonly string[]) => list.join('\n    ');
  const [one, other] = [expected.map(({ line }) => line), shown.map(lineOf)];
  if (one.length === other.length && one.every((line, i) => line === other[i])) return [];
  return [`${client.name} shows\n    ${texts(other)}\n  where its log says\n    ${texts(one)}`];
}

function bounds(world: World, { name, state }: SimulatedClient): readonly string[] {
  const wrong: string[] = [];
  const bound = (what: string, size: number, most: number) => {
    if (size > most) wrong.push(`${name} keeps ${size} ${what}, over ${most}`);
  };
  bound('messages in its outbox', state.outbox.length, 0);
  bound('parked entries', state.parked.length, 0);
  bound('receipts', state.receipts.size, RECEIPTS);
  bound('who type', state.typing.size, world.clients.length);
  for (const [replica, ranges] of state.log.have) bound(`ranges of ${replica}`, ranges.length, 8);
  return wrong;
}

function sameLog(world: World, client: SimulatedClient, first: SimulatedClient): readonly string[] {
  const reach = (id: EntryId) => mayReachAll(world, id);
  return difference(client.name, idsOf(client).filter(reach), idsOf(first).filter(reach), first.name);
}

/** What a relay that keeps a log refuses for good reaches those alone who have a link with somebody who holds it. */
function mayReachAll(world: World, id: EntryId): boolean {
  return world.relay.options.history === 0 || !world.relay.refused.has(id) || world.allLinked;
}

function difference(name: string, own: readonly string[], others: readonly string[], than: string): readonly string[] {
  const wrong: string[] = [];
  const [mine, theirs] = [new Set(own), new Set(others)];
  if (mine.size !== own.length) wrong.push(`${name} holds an entry twice`);
  const lacks = others.filter((id) => !mine.has(id));
  const more = own.filter((id) => !theirs.has(id));
  if (lacks.length > 0) wrong.push(`${name} lacks ${lacks.join(', ')}, which ${than} holds`);
  if (more.length > 0) wrong.push(`${name} holds ${more.join(', ')}, which ${than} lacks`);
  return wrong;
}

function idsOf({ state }: SimulatedClient): readonly EntryId[] {
  return state.log.order.map(({ entry }) => entry.id);
}

interface Row {
  readonly id: EntryId;
  readonly changed: boolean;
  readonly line: string;
}

/** Messages as their log makes them, read again from nothing: sorted, then amended in that order. */
function read(order: readonly Logged[]): readonly Row[] {
  const sorted = [...order].sort((a, b) => compareEntries(a.entry, b.entry));
  const bodies = sorted.map((logged) => ({ logged, body: bodyOf(logged) }));
  return bodies.flatMap(({ logged, body }) => {
    if (body?.kind !== 'message') return [];
    const about = bodies.filter(
      (other) => other.body && 'target' in other.body && other.body.target === logged.entry.id,
    );
    const own = about.filter((other) => other.logged.entry.replica === logged.entry.replica);
    const deletes = own.flatMap((other) => (other.body?.kind === 'delete' ? [other.body] : []));
    const deleted = deletes.some(({ twin }) => twin === undefined);
    if (deletes.some(({ twin }) => twin !== undefined && says(bodies, twin, body))) return [];
    const edit = own.findLast((other) => other.body?.kind === 'edit')?.body;
    const text = edit?.kind === 'edit' ? edit.text : body.text;
    return [
      {
        id: logged.entry.id,
        changed: deleted || edit !== undefined,
        line: line(
          logged.entry.replica,
          deleted ? '' : text,
          !deleted && edit !== undefined,
          deleted ? [] : reactions(about),
        ),
      },
    ];
  });
}

/** Whether the entry of this id is a message composed as the same, and is not deleted. */
function says(
  bodies: readonly { readonly logged: Logged; readonly body: Body | undefined }[],
  id: EntryId,
  { draft, text }: Extract<Body, { kind: 'message' }>,
): boolean {
  const found = bodies.find(({ logged }) => logged.entry.id === id);
  const gone = bodies.some(
    ({ logged, body }) =>
      body?.kind === 'delete' && body.target === id && logged.entry.replica === found?.logged.entry.replica,
  );
  return found?.body?.kind === 'message' && found.body.draft === draft && found.body.text === text && !gone;
}

function reactions(about: readonly { readonly logged: Logged; readonly body: Body | undefined }[]): readonly string[] {
  const on = new Map<string, Set<string>>();
  for (const { logged, body } of about) {
    if (body?.kind !== 'reaction') continue;
    const users = on.get(body.emoji) ?? new Set<string>();
    if (body.on) on.set(body.emoji, users.add(`g-${logged.entry.replica}`));
    else users.delete(`g-${logged.entry.replica}`);
  }
  return [...on].filter(([, users]) => users.size > 0).map(([emoji, users]) => `${emoji} ${[...users].join(' ')}`);
}

function bodyOf({ entry }: Logged): Body | undefined {
  const body = parseBody(entry.kind, entry.payload);
  return body.ok ? body.value : undefined;
}

function lineOf(row: MessageView): string {
  const by = row.reactions.map(({ emoji, authors }) => `${emoji} ${authors.map(({ user }) => user).join(' ')}`);
  return line(row.author.user.replace(/^g-/, ''), row.text, row.edited, by);
}

function line(author: string, text: string, edited: boolean, by: readonly string[]): string {
  return [author, text, edited ? '(edited)' : '', ...by].join(' | ');
}
