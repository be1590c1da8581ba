import { useState } from 'preact/hooks';
import type { Notice, RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { Composer } from './composer.tsx';
import { MessageList } from './list.tsx';
import { useScope } from './panel-context.ts';
import type { Tool } from './tool.ts';

interface ConversationProps {
  readonly view: RoomView;
  readonly room: Room;
  readonly dismissed: Set<Notice>;
  /** Something lies over it. */
  readonly inert: boolean;
  onDetails(key: string): void;
  onInvite(): void;
  /** Another key of an encrypted room is to be entered. */
  onKey(): void;
}

/**
 * Inside the room: what is said of the connection, the messages, who is writing (its row is
 * always there, so that nothing jumps), and where to write.
 */
export function Conversation({ view, room, dismissed, inert, onDetails, onInvite, onKey }: ConversationProps) {
  const { extras, actions, codes, locks, moderation } = useScope();
  const [tool, setTool] = useState<Tool>();
  const writing = view.writing.state;
  const reconnect = () => room.reconnect();
  return (
    <div class="conversation" inert={inert}>
      {extras && (
        <>
          <extras.Banner connection={view.connection} onRetry={reconnect} />
          <extras.Notices notices={view.notices} dismissed={dismissed} />
          {moderation && <moderation.Reports view={view} room={room} />}
          <extras.Announcer messages={view.messages} />
        </>
      )}
      {codes && view.path === 'waiting' && <codes.Alone onInvite={onInvite} />}
      <MessageList view={view} room={room} tool={tool} />
      {actions && <actions.MessageActions view={view} room={room} tool={tool} onTool={setTool} onDetails={onDetails} />}
      <div class="typing">{extras && view.typing.length > 0 && <extras.Typing authors={view.typing} />}</div>
      {locks && !view.barred && <locks.LockNote messages={view.messages} onKey={onKey} />}
      {moderation && !view.barred && <moderation.WritingNote writing={view.writing} />}
      {!view.barred && (writing === 'open' || writing === 'slow') && <Composer room={room} />}
      {view.barred && extras && <extras.BarredNote barred={view.barred} onRetry={reconnect} />}
      <slot name="footer" />
    </div>
  );
}
