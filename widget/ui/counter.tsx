import { useFullWords } from './full-words.ts';

/** The count of what may still be written appears for the last this many characters. */
const COUNTED = 200;

export function Counter({ left }: { left: number }) {
  const words = useFullWords();
  if (left > COUNTED) return null;
  return (
    <p class="counter" role="status">
      {words.plural('charactersLeft', left)}
    </p>
  );
}
