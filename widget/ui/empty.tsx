import type { RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { ICONS, Icon } from './icons.tsx';
import { useWords } from './panel-context.ts';

/** An empty room: what it is for (a page may say it better, in the `empty` slot) and one-tap ways to begin. */
export function Empty({ view, room }: { view: RoomView; room: Room }) {
  const words = useWords();
  const mayBegin = !view.barred && view.writing.state === 'open';
  const starters = mayBegin ? [words.text('starter1'), words.text('starter2')] : [];
  return (
    <div class="empty">
      <slot name="empty">
        <span class="mark">
          <Icon path={ICONS.bubble} size={28} />
        </span>
        <p class="lead">{words.text('emptyTitle')}</p>
        {mayBegin && <p class="hint">{words.text('emptyLead')}</p>}
      </slot>
      <div class="starters">
        {starters.map((text) => (
          <button key={text} type="button" class="starter" onClick={() => room.send(text)}>
            {text}
          </button>
        ))}
      </div>
    </div>
  );
}
