import type { Status } from '../core/view.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { Icon } from './icons.tsx';
import { useWords } from './panel-context.ts';

const MARKS: Readonly<Record<Exclude<Status, 'failed'>, string>> = {
  queued: EXTRA_ICONS.clock,
  sent: EXTRA_ICONS.check,
  delivered: EXTRA_ICONS.checks,
  read: EXTRA_ICONS.checks,
};

/** What became of my message: an icon and a word. */
export function StatusLabel({ status }: { status: Exclude<Status, 'failed'> }) {
  const words = useWords();
  return (
    <span class="status" data-status={status}>
      <Icon path={MARKS[status]} size={14} />
      {words.text(status)}
    </span>
  );
}
