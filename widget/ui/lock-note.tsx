import { useMemo, useState } from 'preact/hooks';
import type { MessageView } from '../core/view.ts';
import { Icon } from './icons.tsx';
import { LOCK } from './lock-icon.ts';
import { lockStateOf } from './lock-policy.ts';
import { useWords } from './panel-context.ts';

/**
 * Says that messages are locked, and leads to where another key is entered. Where nothing of others can be read it stands in
 * the composer's place, until the visitor says that they know: others could not read what is written with a wrong key.
 */
export function LockNote({ messages, onKey }: { messages: readonly MessageView[]; onKey(): void }) {
  const words = useWords();
  const [known, setKnown] = useState(false);
  const state = useMemo(() => lockStateOf(messages), [messages]);
  if (state === 'open') return null;
  return (
    <div class="lock-note" role="note" data-lock={known ? 'some' : state}>
      <Icon path={LOCK} size={16} />
      <p>{words.text(state === 'all' ? 'allLocked' : 'someLocked')}</p>
      <span class="lock-actions">
        {state === 'all' && !known && (
          <button type="button" class="text-button" onClick={() => setKnown(true)}>
            {words.text('writeAnyway')}
          </button>
        )}
        <button type="button" class="secondary" onClick={onKey}>
          {words.text('enterKey')}
        </button>
      </span>
    </div>
  );
}
