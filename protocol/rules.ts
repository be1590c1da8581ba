import { compareEntries, type EntryHeader, type EntryKind } from './entry.ts';
import type { Author } from './frames.ts';
import { mayHold, type Ranges } from './have.ts';
import type { UserId } from './ids.ts';
import { type Act, registerOf } from './moderation.ts';

type ActOf<T extends Act['type']> = Extract<Act, { readonly type: T }>;

/** A moderator's act and where it stands in the log. Whoever makes one has seen that its author is a moderator. */
export interface Ruling<A extends Act = Act> {
  readonly entry: EntryHeader;
  readonly act: A;
}

/** What the rulings of a room come to. The same rulings give the same rules, in whatever order they came. */
export interface Rules {
  readonly muted: ReadonlyMap<UserId, Ruling<ActOf<'mute' | 'unmute'>>>;
  readonly banned: ReadonlyMap<UserId, Ruling<ActOf<'ban' | 'unban'>>>;
  /** Each from its place on until the next, in the log's order. */
  readonly slow: readonly Ruling<ActOf<'slow'>>[];
  readonly readOnly: readonly Ruling<ActOf<'read-only'>>[];
  readonly lock: Ruling<ActOf<'lock' | 'unlock'>> | undefined;
}

export const NO_RULES: Rules = { muted: new Map(), banned: new Map(), slow: [], readOnly: [], lock: undefined };

/** Why somebody may not do something, by the code with which the relay refuses it. */
export type Broken =
  | { readonly code: 'banned' | 'read_only' | 'room_locked' }
  /** ms since 1970. */
  | { readonly code: 'muted'; readonly until: number };

/** @param rulings in any order */
export function rulesOf(rulings: readonly Ruling[]): Rules {
  if (rulings.length === 0) return NO_RULES;
  const muted = new Map<UserId, Ruling<ActOf<'mute' | 'unmute'>>>();
  const banned = new Map<UserId, Ruling<ActOf<'ban' | 'unban'>>>();
  const slow: Ruling<ActOf<'slow'>>[] = [];
  const readOnly: Ruling<ActOf<'read-only'>>[] = [];
  let lock: Rules['lock'];
  for (const { entry, act } of [...rulings].sort((a, b) => compareEntries(a.entry, b.entry))) {
    if (act.type === 'mute' || act.type === 'unmute') muted.set(act.user, { entry, act });
    else if (act.type === 'ban' || act.type === 'unban') banned.set(act.user, { entry, act });
    else if (act.type === 'slow') slow.push({ entry, act });
    else if (act.type === 'read-only') readOnly.push({ entry, act });
    else lock = { entry, act };
  }
  return { muted, banned, slow, readOnly, lock };
}

/** Of each register the newest ruling: all that counts for what is said from now on. */
export function standingOf<R extends Ruling>(rulings: readonly R[]): ReadonlyMap<string, R> {
  const standing = new Map<string, R>();
  for (const ruling of rulings) {
    const register = registerOf(ruling.act);
    const before = standing.get(register);
    if (!before || compareEntries(before.entry, ruling.entry) < 0) standing.set(register, ruling);
  }
  return standing;
}

/**
 * Which rule leaves an entry out, if any. It depends on the entry and on the rules alone, so that all who have both say
 * the same. A moderator is not bound by rules; without the role they are like anybody else.
 */
export function brokenBy(rules: Rules, author: Author, entry: EntryHeader): Broken['code'] | undefined {
  if (rules === NO_RULES || author.role === 'moderator' || entry.kind === 'void') return undefined;
  const ban = rules.banned.get(author.user);
  if (ban && isSilenced(ban, entry, Number.POSITIVE_INFINITY)) return 'banned';
  if (entry.kind === 'delete') return undefined; // taking back is not speaking
  const mute = rules.muted.get(author.user);
  if (mute && isSilenced(mute, entry, mute.act.type === 'mute' ? mute.act.until : 0)) return 'muted';
  return before(rules.readOnly, entry)?.act.on === true ? 'read_only' : undefined;
}

/** Seconds between two messages of one person where this entry stands. */
export function slowAt({ slow }: Rules, entry: EntryHeader): number {
  return slow.length === 0 ? 0 : (before(slow, entry)?.act.seconds ?? 0);
}

/** Seconds between two messages of one person now. */
export function slowNow({ slow }: Rules): number {
  return slow[slow.length - 1]?.act.seconds ?? 0;
}

export function isReadOnly({ readOnly }: Rules): boolean {
  return readOnly[readOnly.length - 1]?.act.on === true;
}

export function isLocked({ lock }: Rules): boolean {
  return lock?.act.type === 'lock';
}

export function isBanned({ banned }: Rules, { user, role }: Pick<Author, 'user' | 'role'>): boolean {
  return role !== 'moderator' && banned.get(user)?.act.type === 'ban';
}

/** Until when somebody is muted, ms since 1970; undefined: they are not. @param now ms since 1970 */
export function mutedUntil({ muted }: Rules, { user, role }: Pick<Author, 'user' | 'role'>, now: number) {
  const act = muted.get(user)?.act;
  return role !== 'moderator' && act?.type === 'mute' && act.until > now ? act.until : undefined;
}

/** What keeps somebody from writing now, whatever time they would give their words. @param now ms since 1970 */
export function silencing(rules: Rules, author: Author, now: number): Broken | undefined {
  if (rules === NO_RULES || author.role === 'moderator') return undefined;
  if (isBanned(rules, author)) return { code: 'banned' };
  const until = mutedUntil(rules, author, now);
  if (until !== undefined) return { code: 'muted', until };
  return isReadOnly(rules) ? { code: 'read_only' } : undefined;
}

/** As `silencing`, for one kind of entry: what is taken back, and what only fills a number, passes where nobody is banned. */
export function silencingFor(kind: EntryKind, rules: Rules, author: Author, now: number): Broken | undefined {
  if (kind === 'void') return undefined;
  const broken = silencing(rules, author, now);
  return kind === 'delete' && broken?.code !== 'banned' ? undefined : broken;
}

/** What keeps somebody from coming in. */
export function barring(rules: Rules, author: Pick<Author, 'user' | 'role'>): Broken | undefined {
  if (isBanned(rules, author)) return { code: 'banned' };
  const act = rules.lock?.act;
  const isOut = act?.type === 'lock' && author.role !== 'moderator' && !act.users.includes(author.user);
  return isOut ? { code: 'room_locked' } : undefined;
}

/** What stands of theirs is named; of the rest what they say after the silence has ended. */
function isSilenced(
  { entry: ruling, act }: Ruling<ActOf<'mute' | 'unmute' | 'ban' | 'unban'>>,
  entry: EntryHeader,
  end: number,
): boolean {
  const ranges: Ranges | undefined = Object.hasOwn(act.have, entry.replica) ? act.have[entry.replica] : undefined;
  if (mayHold(ranges, entry.seq)) return false;
  const isLifted = act.type === 'unmute' || act.type === 'unban';
  return isLifted ? compareEntries(ruling, entry) > 0 : entry.clock[0] <= end;
}

/** The last ruling that stands before an entry. */
function before<R extends Ruling>(rulings: readonly R[], entry: EntryHeader): R | undefined {
  return rulings.findLast((ruling) => compareEntries(ruling.entry, entry) < 0);
}
