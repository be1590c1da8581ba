import { useEffect, useState } from 'preact/hooks';
import type { Path } from '../core/view.ts';
import { ChipFace } from './chip-face.tsx';
import { useWords } from './panel-context.ts';

/** How messages travel, in one word; what it means on hover, focus or tap. */
export function PathChip({ path }: { path: Path }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  return (
    <span class="anchor">
      <button
        type="button"
        class="chip"
        data-path={path}
        aria-describedby="path-meaning"
        onClick={() => setOpen(!open)}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !open) return;
          event.stopPropagation();
          setOpen(false);
        }}
      >
        <ChipFace path={path} />
      </button>
      <span class={`tip${open ? ' open' : ''}`} role="tooltip" id="path-meaning">
        {words.text(`${path}Meaning`)}
      </span>
    </span>
  );
}
