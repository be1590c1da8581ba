import { useEffect, useState } from 'preact/hooks';
import type { Path } from '../core/view.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import { useWords } from './panel-context.ts';

const NAMES: Readonly<Record<Path, readonly [name: PlainKey, meaning: PlainKey]>> = {
  connecting: ['pathConnecting', 'pathConnectingMeaning'],
  waiting: ['pathWaiting', 'pathWaitingMeaning'],
  direct: ['pathDirect', 'pathDirectMeaning'],
  mixed: ['pathMixed', 'pathMixedMeaning'],
  relayed: ['pathRelayed', 'pathRelayedMeaning'],
  offline: ['pathOffline', 'pathOfflineMeaning'],
};

/** How messages travel, in one word; what it means on hover, focus or tap. */
export function PathChip({ path }: { path: Path }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const [name, meaning] = NAMES[path];
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
        <span class="chip-mark" aria-hidden="true" />
        {words.text(name)}
      </button>
      <span class={`tip${open ? ' open' : ''}`} role="tooltip" id="path-meaning">
        {words.text(meaning)}
      </span>
    </span>
  );
}
