import type { MessageView } from '../core/view.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { useFullWords } from './full-words.ts';
import { Icon } from './icons.tsx';

interface LatestProps {
  readonly messages: readonly MessageView[];
  /** Key of the last message that was there when the reader left the end. */
  readonly leftAt: string;
  onClick(): void;
}

/** Leads a reader who has scrolled away back to the end, and counts what is new there. */
export function Latest({ messages, leftAt, onClick }: LatestProps) {
  const words = useFullWords();
  const count = countNew(messages, leftAt);
  return (
    <button
      type="button"
      class={`latest${count ? ' fresh' : ''}`}
      aria-label={count ? undefined : words.text('latest')}
      onClick={onClick}
    >
      <Icon path={EXTRA_ICONS.down} size={16} />
      {count > 0 && words.plural('newCount', count)}
    </button>
  );
}

function countNew(messages: readonly MessageView[], leftAt: string | undefined): number {
  const from = messages.findLastIndex(({ key }) => key === leftAt);
  return messages.slice(from + 1).filter(({ mine }) => !mine).length;
}
