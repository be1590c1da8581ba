import { useMemo } from 'preact/hooks';
import type { MessageView, RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { ICONS, Icon } from './icons.tsx';
import { Message } from './message.tsx';
import { useExtras, useWords } from './panel-context.ts';
import { layoutDays } from './rows.ts';
import { useListScroll } from './use-list-scroll.ts';

/** The conversation. Additions are spoken by a region of its own, since rows also come in when scrolling back. */
export function MessageList({ view, room }: { view: RoomView; room: Room }) {
  const words = useWords();
  const { messages, firstUnread } = view;
  const extras = useExtras();
  const scroll = useListScroll(messages, firstUnread);
  const days = useMemo(() => layoutDays(messages, scroll.span, firstUnread), [messages, scroll.span, firstUnread]);
  const lastMine = useMemo(() => messages.findLast(({ mine }) => mine)?.key, [messages]);
  const now = Date.now();
  return (
    <div class="list-frame">
      <div
        ref={scroll.scroller}
        class="list"
        part="list"
        role="log"
        aria-live="off"
        aria-label={words.text('log')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        onScroll={scroll.onScroll}
        onKeyDown={moveBetweenRows}
      >
        <div class="rows">
          {view.earlier && messages.length > 0 && scroll.span.start === 0 && (
            <p class="earlier">{words.text('earlier')}</p>
          )}
          {messages.length === 0 && extras && <extras.Empty room={room} />}
          {days.map((day) => (
            <div class="day" key={day.key}>
              <div class="day-pill">
                <span>{words.day(day.at, now)}</span>
              </div>
              {day.rows.map((row) =>
                row.type === 'divider' ? (
                  <div class="divider" key="divider">
                    <span>{words.text('newMessages')}</span>
                  </div>
                ) : (
                  <Message
                    key={row.message.key}
                    row={row}
                    words={words}
                    room={room}
                    showStatus={needsStatus(row.message, lastMine)}
                    extras={extras}
                  />
                ),
              )}
            </div>
          ))}
        </div>
      </div>
      {!scroll.following && <Latest count={countNew(messages, scroll.leftAt)} onClick={scroll.toLatest} />}
    </div>
  );
}

function Latest({ count, onClick }: { count: number; onClick(): void }) {
  const words = useWords();
  return (
    <button
      type="button"
      class={`latest${count ? ' fresh' : ''}`}
      aria-label={count ? undefined : words.text('latest')}
      onClick={onClick}
    >
      <Icon path={ICONS.down} size={16} />
      {count > 0 && words.plural('newCount', count)}
    </button>
  );
}

function needsStatus({ mine, key, status }: MessageView, lastMine: string | undefined): boolean {
  return mine && (key === lastMine || status === 'failed');
}

function countNew(messages: readonly MessageView[], leftAt: string | undefined): number {
  const from = messages.findLastIndex(({ key }) => key === leftAt);
  return messages.slice(from + 1).filter(({ mine }) => !mine).length;
}

/** Arrows move the focus from message to message, from the list itself to the last one. */
function moveBetweenRows(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-key]')];
  const at = rows.findIndex((row) => row.matches(':focus-within, :focus'));
  const next = at < 0 ? rows.at(-1) : rows[at + (event.key === 'ArrowUp' ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
