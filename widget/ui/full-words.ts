import type { FullWords } from '../i18n/full-words.ts';
import { useScope } from './panel-context.ts';

/** All of the panel's language, for parts that are extras themselves. */
export function useFullWords(): FullWords {
  const scope = useScope();
  if (!scope.extras) throw new Error('before the extras');
  return scope.words;
}
