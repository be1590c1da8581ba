import type { Path } from '../core/view.ts';
import { useWords } from './panel-context.ts';

/** How messages travel, as a mark and in one word. */
export function ChipFace({ path }: { path: Path }) {
  const words = useWords();
  return (
    <>
      <span class="chip-mark" aria-hidden="true" />
      {words.text(path)}
    </>
  );
}
