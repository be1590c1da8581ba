import type { Return } from './light-visitor.ts';
import type { VisitorOptions } from './visitor.ts';
import type { Progress, Testimony } from './witness.ts';

/** What a crowd's process can be asked, and what it answers. */
export interface Calls {
  readonly enter: { readonly ask: { readonly visitors: readonly VisitorOptions[] }; readonly answer: null };
  /** Brings in clients that do nothing but keep a session. */
  readonly connect: { readonly ask: { readonly visitors: readonly VisitorOptions[] }; readonly answer: null };
  readonly returns: { readonly ask: { readonly since: number }; readonly answer: readonly Return[] };
  /** From now on what is said and shown belongs to this stretch. */
  readonly begin: { readonly ask: { readonly stretch: number }; readonly answer: null };
  /** So many messages at once, by one visitor after another. */
  readonly say: { readonly ask: { readonly times: number }; readonly answer: null };
  /** Visitors speak by turns, so many messages a second together; 0: nobody. */
  readonly speak: { readonly ask: { readonly perSecond: number }; readonly answer: null };
  readonly progress: { readonly ask: Readonly<Record<never, never>>; readonly answer: readonly Progress[] };
  readonly testify: { readonly ask: { readonly since: number }; readonly answer: readonly Testimony[] };
}

export type Ask = {
  readonly [Name in keyof Calls]: { readonly id: number; readonly call: Name } & Calls[Name]['ask'];
}[keyof Calls];

export interface Answer {
  readonly id: number;
  readonly answer: Calls[keyof Calls]['answer'];
}
