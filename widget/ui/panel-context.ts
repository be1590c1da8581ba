import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { FullWords } from '../i18n/full-words.ts';
import type { Words } from '../i18n/words.ts';

/** What is needed only after the panel's first look; a chunk of its own, fetched once that is drawn. */
export type Extras = typeof import('./extras.ts');

/** What can be done with messages; a chunk of its own, fetched after the extras. */
export type Actions = typeof import('./actions.ts');

/** What rooms without a relay have besides; a chunk of its own, which others do not fetch. */
export type Codes = typeof import('./codes.ts');

/** What an encrypted room has besides; a chunk of its own, fetched for such a room alone. */
export type Locks = typeof import('./locks.ts');

/** What moderators and those under their rules see; a chunk of its own, fetched last. */
export type Moderation = typeof import('./moderation.ts');

/** Before the extras have come. */
interface BareScope {
  readonly words: Words;
  readonly extras: undefined;
  readonly actions: undefined;
  readonly codes: undefined;
  readonly locks: undefined;
  readonly moderation: undefined;
}

/** What every part of a panel draws on. There are more words once the extras have been fetched. */
export type PanelScope =
  | BareScope
  | {
      readonly words: FullWords;
      readonly extras: Extras;
      readonly actions: Actions | undefined;
      readonly codes: Codes | undefined;
      readonly locks: Locks | undefined;
      readonly moderation: Moderation | undefined;
    };

export const PanelContext = createContext<PanelScope | undefined>(undefined);

/** The panel's language. */
export function useWords(): Words {
  return useScope().words;
}

export function useExtras(): Extras | undefined {
  return useScope().extras;
}

export function useScope(): PanelScope {
  const scope = useContext(PanelContext);
  if (!scope) throw new Error('outside a panel');
  return scope;
}
