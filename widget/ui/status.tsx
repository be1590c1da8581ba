import type { Status } from '../core/view.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { Icon } from './icons.tsx';
import { useWords } from './panel-context.ts';

type Arriving = Exclude<Status, 'failed'>;

const MARKS: Readonly<Record<Arriving, string>> = {
  queued: EXTRA_ICONS.clock,
  sent: EXTRA_ICONS.check,
  delivered: EXTRA_ICONS.checks,
  read: EXTRA_ICONS.checks,
};

export function StatusMark({ status }: { status: Arriving }) {
  return <Icon path={MARKS[status]} size={14} />;
}

/** What became of my message: an icon and a word. */
export function StatusLabel({ status }: { status: Arriving }) {
  const words = useWords();
  return (
    <span class="status" data-status={status}>
      <StatusMark status={status} />
      {words.text(status)}
    </span>
  );
}
