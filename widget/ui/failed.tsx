import type { MessageView } from '../core/view.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { Icon } from './icons.tsx';
import { useWords } from './panel-context.ts';

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
      <Icon path={EXTRA_ICONS.alert} size={14} />
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
  if (refusal === 'encryption_required') return 'failedPlain';
  if (refusal === 'muted' || refusal === 'banned' || refusal === 'read_only') return 'failedSilenced';
  return refusal === 'too_fast' ? 'failedTooFast' : 'failedRefused';
}
