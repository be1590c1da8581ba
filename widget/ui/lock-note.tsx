import { useMemo, useState } from 'preact/hooks';
import type { MessageView } from '../core/view.ts';
import { ICONS, Icon } from './icons.tsx';
import { LOCK } from './lock-icon.ts';
import { lockStateOf } from './lock-policy.ts';
import { useWords } from './panel-context.ts';

/**
 * Says that messages are locked, and leads to where another key is entered. Where nothing of others can be read it stands in
 * the composer's place, until the visitor says that they know: others could not read what is written with a wrong key.
 * Else it can be dismissed, and comes back with the next message that is locked.
 */
export function LockNote({ messages, onKey }: { messages: readonly MessageView[]; onKey(): void }) {
  const words = useWords();
  const [isWarned, setWarned] = useState(false);
  const [dismissed, setDismissed] = useState(0);
  const state = useMemo(() => lockStateOf(messages), [messages]);
  const locked = messages.filter(({ mark }) => mark === 'locked').length;
  const blocks = state === 'all' && !isWarned;
  if (state === 'open' || (!blocks && locked <= dismissed)) return null;
  return (
    <div class="lock-note" role="note" data-lock={blocks ? 'all' : 'some'}>
      <Icon path={LOCK} size={16} />
      <p>{words.text(state === 'all' ? 'allLocked' : 'someLocked')}</p>
      <span class="lock-actions">
        {blocks && (
          <button type="button" class="text-button" onClick={() => setWarned(true)}>
            {words.text('writeAnyway')}
          </button>
        )}
        <button type="button" class="secondary" onClick={onKey}>
          {words.text('enterKey')}
        </button>
        {!blocks && (
          <button
            type="button"
            class="icon-button small"
            aria-label={words.text('dismiss')}
            onClick={() => setDismissed(locked)}
          >
            <Icon path={ICONS.close} size={16} />
          </button>
        )}
      </span>
    </div>
  );
}
