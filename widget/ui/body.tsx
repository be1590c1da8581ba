import type { MessageView } from '../core/view.ts';
import { MARKS } from './label.ts';
import { isEmojiOnly, RichText } from './linked-text.tsx';
import { useScope } from './panel-context.ts';
import type { Tool } from './tool.ts';

/** What a bubble holds: the text with its links, what is left of a deleted one, or where it is edited. */
export function Body({ message, tool }: { message: MessageView; tool: Tool['kind'] | undefined }) {
  const { words, actions } = useScope();
  const { deleted, edited, text, mark } = message;
  if (mark) return words.text(MARKS[mark]);
  if (deleted) return words.text('deleted');
  if (actions && tool === 'editor') return <actions.Editor text={text} />;
  return (
    <>
      <RichText text={text} />
      {edited && <span class="edited"> {words.text('edited')}</span>}
    </>
  );
}

/** How a message looks besides whose it is and where it stands in its group. */
export function lookOf({ deleted, status, text, mark }: MessageView): string {
  if (mark) return 'marked';
  if (deleted) return 'deleted';
  if (status === 'failed') return 'failed';
  return isEmojiOnly(text) ? 'emoji' : '';
}
