import { compareEntries } from '../../protocol/entry.ts';
import type { Author } from '../../protocol/frames.ts';
import type { EntryId, UserId } from '../../protocol/ids.ts';
import type { Body } from '../../protocol/payloads.ts';
import { bodyOf } from './bodies.ts';
import type { Logged } from './log.ts';

/** Edits, deletes and reactions by their target, whether that is here yet or not. Never more than the log holds. */
export type Amendments = ReadonlyMap<EntryId, readonly Logged[]>;

/** A message as its amendments leave it. */
export interface Amended {
  readonly text: string;
  readonly edited: boolean;
  readonly deleted: boolean;
  readonly reactions: readonly Reaction[];
}

export interface Reaction {
  readonly emoji: string;
  readonly authors: readonly Author[];
}

/** What an amendment does, and when by the shown order: the outbox has some that are not entries yet. */
export interface Amendment {
  readonly body: Extract<Body, { readonly target: unknown }>;
  readonly author: Author;
}

export function noteAmendments(known: Amendments, added: readonly Logged[]): Amendments {
  const amending = added.filter((logged) => targetOf(logged) !== undefined);
  if (amending.length === 0) return known;
  const next = new Map(known);
  for (const logged of amending) {
    const target = targetOf(logged);
    if (target) next.set(target, insert(next.get(target) ?? [], logged));
  }
  return next;
}

export function forgetAmendments(known: Amendments, gone: readonly Logged[]): Amendments {
  const targets = new Set(gone.flatMap((logged) => targetOf(logged) ?? []));
  if (targets.size === 0) return known;
  const next = new Map(known);
  for (const target of targets) {
    const left = (next.get(target) ?? []).filter((logged) => !gone.includes(logged));
    if (left.length > 0) next.set(target, left);
    else next.delete(target);
  }
  return next;
}

/**
 * Applies amendments, which come in shown order. Only the author may edit, and the author or a moderator delete: the newest
 * edit counts, and a delete is final; one that names a twin deletes nothing, it decides what is shown (`isShownElsewhere`). Of a user's reactions with one emoji the newest counts.
 */
export function amend(text: string, author: Author, amendments: readonly Amendment[]): Amended {
  let shown = text;
  let edited = false;
  let deleted = false;
  const reactions = new Map<string, Map<UserId, Author>>();
  for (const { body, author: by } of amendments) {
    if (body.kind === 'reaction') {
      const authors = reactions.get(body.emoji) ?? new Map<UserId, Author>();
      if (body.on) reactions.set(body.emoji, authors.set(by.user, by));
      else authors.delete(by.user);
    } else if (by.user !== author.user) {
      if (body.kind === 'delete' && by.role === 'moderator') deleted ||= body.twin === undefined;
    } else {
      if (body.kind === 'delete') deleted ||= body.twin === undefined;
      else {
        shown = body.text;
        edited = true;
      }
    }
  }
  const left = [...reactions].filter(([, authors]) => authors.size > 0);
  return {
    text: deleted ? '' : shown,
    edited: edited && !deleted,
    deleted,
    reactions: deleted ? [] : left.map(([emoji, authors]) => ({ emoji, authors: [...authors.values()] })),
  };
}

/**
 * Whether a message is a copy of another entry that its author has named and that is here to be shown instead: of another
 * of the author's replicas, composed as the same message, with the same text, and not deleted itself.
 */
export function isShownElsewhere(
  copy: Logged,
  amendments: readonly Amendment[],
  find: (id: EntryId) => Logged | undefined,
  known: Amendments,
): boolean {
  const said = bodyOf(copy);
  if (said?.kind !== 'message' || said.draft === undefined) return false;
  return amendments.some(({ body, author }) => {
    if (body.kind !== 'delete' || body.twin === undefined || author.user !== copy.author.user) return false;
    const first = find(body.twin);
    const says = first && bodyOf(first);
    if (says?.kind !== 'message' || first?.entry.replica === copy.entry.replica) return false;
    const deleted = (known.get(body.twin) ?? []).some(
      (other) => other.entry.kind === 'delete' && other.entry.replica === first?.entry.replica,
    );
    return says.draft === said.draft && says.text === said.text && !deleted;
  });
}

export function amendmentOf(logged: Logged): readonly Amendment[] {
  const body = bodyOf(logged);
  return body && 'target' in body ? [{ body, author: logged.author }] : [];
}

function targetOf(logged: Logged): EntryId | undefined {
  const body = bodyOf(logged);
  return body && 'target' in body ? body.target : undefined;
}

function insert(list: readonly Logged[], logged: Logged): readonly Logged[] {
  return [...list, logged].sort((a, b) => compareEntries(a.entry, b.entry));
}
