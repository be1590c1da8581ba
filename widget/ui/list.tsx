import { useMemo } from 'preact/hooks';
import type { MessageView, RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { Message } from './message.tsx';
import { useScope } from './panel-context.ts';
import { layoutDays } from './rows.ts';
import type { Tool } from './tool.ts';
import { useListScroll } from './use-list-scroll.ts';

/** The conversation. Additions are spoken by a region of its own, since rows also come in when scrolling back. */
export function MessageList({ view, room, tool }: { view: RoomView; room: Room; tool: Tool | undefined }) {
  const { words, extras, actions, codes } = useScope();
  const { messages, firstUnread } = view;
  const scroll = useListScroll(messages, firstUnread, extras);
  const days = useMemo(() => layoutDays(messages, scroll.span, firstUnread), [messages, scroll.span, firstUnread]);
  const lastMine = useMemo(() => messages.findLast(({ mine, deleted }) => mine && !deleted)?.key, [messages]);
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
        onKeyDown={extras?.moveBetweenRows}
      >
        <div class="rows">
          {extras && scroll.span.start === 0 && <extras.Beginning view={view} room={room} list={scroll.scroller} />}
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
                    actions={actions}
                    codes={codes}
                    tool={tool?.key === row.message.key ? tool.kind : undefined}
                  />
                ),
              )}
            </div>
          ))}
        </div>
      </div>
      {extras && scroll.leftAt !== undefined && (
        <extras.Latest messages={messages} leftAt={scroll.leftAt} onClick={scroll.toLatest} />
      )}
    </div>
  );
}

function needsStatus({ mine, key, status }: MessageView, lastMine: string | undefined): boolean {
  return mine && (key === lastMine || status === 'failed');
}
