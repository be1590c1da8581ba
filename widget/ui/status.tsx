import type { Status } from '../core/view.ts';
import { ICONS, Icon } from './icons.tsx';
import { useWords } from './panel-context.ts';

const MARKS: Readonly<Record<Exclude<Status, 'failed'>, string>> = {
  queued: ICONS.clock,
  sent: ICONS.check,
  delivered: ICONS.checks,
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
