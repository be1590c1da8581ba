import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ENGLISH } from '../i18n/catalogue.ts';
import { createWords, type Words } from '../i18n/words.ts';

export const WordsContext = createContext<Words | undefined>(undefined);

/** The panel's language. */
export function useWords(): Words {
  return useContext(WordsContext) ?? createWords(ENGLISH);
}
