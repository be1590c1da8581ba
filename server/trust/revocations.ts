import { isText } from '../../protocol/json.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import { LEEWAY_MS, LONGEST_MS, type Login } from './login.ts';

/** Whose tokens are to hold no more: all of a user, or those of one login session (`sid`). */
export type RevocationTarget = { readonly user: string } | { readonly session: string };

/** Where revocations are kept, for this process alone or for all that share a Redis. */
export interface RevocationStore {
  /** Whether all that have been kept are known here. */
  isReady(): boolean;
  /** Keeps one until no token can be left that it speaks of. @param at ms since 1970 */
  keep(key: string, at: number): Promise<Result<undefined>>;
}

/**
 * Which logins have been revoked, as far as this process knows: tokens made up to a moment hold no more, later ones do.
 * A token that does not say when it was made is taken to be older.
 */
export class Revocations {
  private readonly until = new Map<string, number>();
  private readonly listeners = new Set<() => void>();

  /** Calls back whenever there is a new one; returns its unsubscribe. */
  onNoted(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  note(key: string, at: number): void {
    if (at <= (this.until.get(key) ?? 0)) return;
    this.until.set(key, at);
    for (const listener of this.listeners) listener();
  }

  covers({ person, session, issued }: Login): boolean {
    if (this.until.size === 0) return false;
    return (
      this.isBefore(person.user && userKey(person.user), issued) ||
      this.isBefore(session && sessionKey(session), issued)
    );
  }

  /** Forgets what no token can be left of. */
  sweep(now: number): void {
    for (const [key, at] of this.until) if (isForgotten(at, now)) this.until.delete(key);
  }

  /** Clocks that differ a little must not let a token through. */
  private isBefore(key: string | undefined, issued: number): boolean {
    const at = key === undefined ? undefined : this.until.get(key);
    return at !== undefined && issued <= at + LEEWAY_MS;
  }
}

/** ms for which a revocation is kept. */
export const KEPT_MS = LONGEST_MS + 2 * LEEWAY_MS;

export function isForgotten(at: number, now: number): boolean {
  return now - at > KEPT_MS;
}

/** Reads what is to be revoked, from a script or a request: one of the two. */
export function readTarget({ user, session }: { readonly user?: unknown; readonly session?: unknown }): Result<string> {
  if (isName(user) && session === undefined) return accept(userKey(user));
  if (isName(session) && user === undefined) return accept(sessionKey(session));
  return refuse('malformed', 'either a user or a session is revoked');
}

/** For a process alone. */
export function memoryRevocations(revocations: Revocations): RevocationStore {
  return {
    isReady: () => true,
    keep: async (key, at) => {
      revocations.note(key, at);
      return accept(undefined);
    },
  };
}

function isName(value: unknown): value is string {
  return isText(value) && value !== '' && value.length <= 256;
}

function userKey(user: string): string {
  return `u${user}`;
}

function sessionKey(session: string): string {
  return `s${session}`;
}
