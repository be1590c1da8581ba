import { useEffect, useState } from 'preact/hooks';
import type { Path, RoomView } from '../core/view.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import { ChipFace } from './chip-face.tsx';
import { useWords } from './panel-context.ts';

/** How messages travel, in one word; what it means on hover, focus or tap. */
export function PathChip({ path, address }: Pick<RoomView, 'path' | 'address'>) {
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
        {words.text(meaningOf(path, address))}
      </span>
    </span>
  );
}

/** A link that hides the address goes by a TURN server, and is not to be called more direct than that. */
function meaningOf(path: Path, address: RoomView['address']): PlainKey {
  return address !== 'shown' && (path === 'direct' || path === 'mixed') ? `${path}HiddenMeaning` : `${path}Meaning`;
}
