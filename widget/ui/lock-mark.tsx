import { Icon } from './icons.tsx';
import { LOCK } from './lock-icon.ts';
import { useWords } from './panel-context.ts';

/** Beside the title: what is said here leaves this browser encrypted. */
export function LockMark() {
  const label = useWords().text('encrypted');
  return (
    <span class="lock-mark" role="img" aria-label={label} title={label}>
      <Icon path={LOCK} size={14} />
    </span>
  );
}
