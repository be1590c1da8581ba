import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Words } from '../i18n/words.ts';

/** What is needed only after the panel's first look; a chunk of its own, fetched once that is drawn. */
export type Extras = typeof import('./extras.ts');

export interface PanelScope {
  readonly words: Words;
  /** Absent until they have been fetched. */
  readonly extras: Extras | undefined;
}

export const PanelContext = createContext<PanelScope | undefined>(undefined);

/** The panel's language. */
export function useWords(): Words {
  return useScope().words;
}

export function useExtras(): Extras | undefined {
  return useScope().extras;
}

function useScope(): PanelScope {
  const scope = useContext(PanelContext);
  if (!scope) throw new Error('outside a panel');
  return scope;
}
