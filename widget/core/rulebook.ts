import { compareEntries } from '../../protocol/entry.ts';
import { brokenBy, NO_RULES, type Rules, type Ruling, rulesOf, standingOf } from '../../protocol/rules.ts';
import { bodyOf } from './bodies.ts';
import type { Logged } from './log.ts';

/** What moderators have decided, as far as this copy knows it. It outlives the window: rules hold until they are lifted. */
export interface Rulebook {
  /** In shown order. */
  readonly rulings: readonly Logged[];
  readonly rules: Rules;
}

export const EMPTY_RULEBOOK: Rulebook = { rulings: [], rules: NO_RULES };

/** Rulings that are kept. Of more those go first that another has taken the place of, the oldest of them before others. */
const KEPT = 1_000;

/** Takes what moderators have decided among these entries. */
export function noteRulings(known: Rulebook, added: readonly Logged[]): Rulebook {
  const fresh = added.filter(
    (logged) => rulingOf(logged) && !known.rulings.some(({ entry }) => entry.id === logged.entry.id),
  );
  if (fresh.length === 0) return known;
  return bookOf([...known.rulings, ...fresh].sort((a, b) => compareEntries(a.entry, b.entry)));
}

export function forgetRulings(known: Rulebook, gone: ReadonlySet<Logged>): Rulebook {
  const ids = new Set([...gone].map(({ entry }) => entry.id));
  const left = known.rulings.filter(({ entry }) => !ids.has(entry.id));
  return left.length === known.rulings.length ? known : bookOf(left);
}

/** Whether what somebody has said is shown to nobody, since it breaks the rules of its time. */
export function isHidden({ rules }: Rulebook, { entry, author }: Logged): boolean {
  return brokenBy(rules, author, entry) !== undefined;
}

/** The rulings that count from now on: each in place of all before it about the same. */
export function standingIn({ rulings }: Rulebook): readonly Logged[] {
  return [...standingOf(rulings.flatMap(judged)).values()].map(({ logged }) => logged);
}

export function isRuling(logged: Logged): boolean {
  return rulingOf(logged) !== undefined;
}

function bookOf(rulings: readonly Logged[]): Rulebook {
  const kept = rulings.length > KEPT ? fewer(rulings) : rulings;
  return { rulings: kept, rules: rulesOf(kept.flatMap(judged)) };
}

function fewer(rulings: readonly Logged[]): readonly Logged[] {
  const standing = new Set([...standingOf(rulings.flatMap(judged)).values()].map(({ logged }) => logged));
  const replaced = rulings.filter((logged) => !standing.has(logged));
  const gone = new Set([...replaced, ...rulings.filter((logged) => standing.has(logged))].slice(0, -KEPT));
  return rulings.filter((logged) => !gone.has(logged));
}

function judged(logged: Logged): readonly (Ruling & { readonly logged: Logged })[] {
  const ruling = rulingOf(logged);
  return ruling ? [{ ...ruling, logged }] : [];
}

/** What a moderator decided by this entry; undefined for any other, also of somebody without the role at that time. */
function rulingOf(logged: Logged): Ruling | undefined {
  if (logged.entry.kind !== 'moderation' || logged.author.role !== 'moderator') return undefined;
  const body = bodyOf(logged);
  return body?.kind === 'moderation' ? { entry: logged.entry, act: body.act } : undefined;
}
