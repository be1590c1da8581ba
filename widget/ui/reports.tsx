import type { RoomView } from '../core/view.ts';
import { isolate } from '../i18n/full-words.ts';
import type { Room } from '../runtime/room.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { useFullWords } from './full-words.ts';
import { Icon } from './icons.tsx';

/** What somebody has reported, one message at a time, the oldest first: for moderators. */
export function Reports({ view, room }: { view: RoomView; room: Room }) {
  const words = useFullWords();
  const [report] = view.reports;
  if (!report) return null;
  const { key, by, author, text, reason } = report;
  const isThere = author !== undefined && view.messages.some((message) => message.key === key && !message.deleted);
  const title = { by: isolate(by.name), name: isolate(author?.name ?? '?') };
  const done = () => room.dismiss(key);
  return (
    <div class="notice report" role="note">
      <Icon path={EXTRA_ICONS.flag} size={18} />
      <div class="report-text">
        <p>{words.text('reportOf', title)}</p>
        {isThere ? (
          <blockquote class="report-quote" dir="auto">
            {text}
          </blockquote>
        ) : (
          <p class="hint">{words.text('reportGone')}</p>
        )}
        {reason !== undefined && <p class="hint">{reason}</p>}
        <div class="report-actions">
          {isThere && (
            <button
              type="button"
              class="text-button danger"
              onClick={() => {
                room.remove(key);
                done();
              }}
            >
              {words.text('delete')}
            </button>
          )}
          <button type="button" class="text-button" onClick={done}>
            {words.text('dismiss')}
          </button>
        </div>
      </div>
    </div>
  );
}
