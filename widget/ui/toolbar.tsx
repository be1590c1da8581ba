import type { MessageView } from '../core/view.ts';
import { actionsFor } from './actions-policy.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { ICONS, Icon } from './icons.tsx';
import { useWords } from './panel-context.ts';

/** Beside the message that is pointed at or has the focus. What its buttons do is message-actions.tsx's. */
export function Toolbar({ message }: { message: MessageView }) {
  const words = useWords();
  const actions = actionsFor(message, { write: true, be: true, moderate: false });
  if (actions.length === 0) return null;
  const button = (act: string, label: string, icon: string) => (
    <button type="button" class="tool" data-act={act} aria-haspopup="menu" aria-label={label}>
      <Icon path={icon} size={18} />
    </button>
  );
  return (
    <div class="tools">
      {actions.includes('react') && button('react', words.text('react'), EXTRA_ICONS.smile)}
      {button('more', words.text('messageActions'), ICONS.more)}
    </div>
  );
}
