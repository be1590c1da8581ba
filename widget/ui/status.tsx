import type { MessageView, Status } from '../core/view.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import { ICONS, Icon } from './icons.tsx';
import { useWords } from './panel-context.ts';

const MARKS: Readonly<Record<Status, string>> = {
  queued: ICONS.clock,
  sent: ICONS.check,
  delivered: ICONS.checks,
  failed: ICONS.alert,
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

/** A message that could not be sent: why, and what can be done. */
export function FailedLabel({
  message,
  onRetry,
  onDelete,
}: {
  message: MessageView;
  onRetry(): void;
  onDelete(): void;
}) {
  const words = useWords();
  return (
    <span class="status" data-status="failed">
      <Icon path={MARKS.failed} size={14} />
      {words.text(reason(message))}
      <span class="status-actions">
        <button type="button" class="text-button" onClick={onRetry}>
          {words.text('retry')}
        </button>
        <span aria-hidden="true">·</span>
        <button type="button" class="text-button" onClick={onDelete}>
          {words.text('delete')}
        </button>
      </span>
    </span>
  );
}

function reason({ refusal }: MessageView): PlainKey {
  if (refusal === undefined) return 'failed';
  if (refusal === 'too_large') return 'failedTooLarge';
  return refusal === 'too_fast' ? 'failedTooFast' : 'failedRefused';
}
