import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import type { Notice, RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { Banner } from './banner.tsx';
import { Composer } from './composer.tsx';
import { Skeleton } from './empty.tsx';
import { Header } from './header.tsx';
import { Left } from './left.tsx';
import { MessageList } from './list.tsx';
import { Members } from './members.tsx';
import type { MenuItem } from './menu.tsx';
import { NameForm } from './name-form.tsx';
import { BarredNote, Notices } from './notices.tsx';
import { Typing } from './typing.tsx';
import { useWords } from './words-context.ts';

export interface ChatProps {
  readonly view: RoomView;
  readonly room: Room;
  readonly title: string;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly dismissed: Set<Notice>;
  readonly onClose?: (() => void) | undefined;
}

type Pane = 'chat' | 'members' | 'rename';

/** The panel's inside: the header and, below it, what the room's phase asks for. */
export function Chat({ view, room, title, field, dismissed, onClose }: ChatProps) {
  const words = useWords();
  const [pane, setPane] = useState<Pane>('chat');
  const showChat = () => {
    setPane('chat');
    field.current?.focus();
  };
  const menu: readonly MenuItem[] = [
    { icon: 'people', label: words.text('members'), act: () => setPane('members') },
    { icon: 'pencil', label: words.text('rename'), act: () => setPane('rename') },
    { icon: 'leave', label: words.text('leave'), danger: true, act: () => room.leave() },
  ];
  const isOpen = view.phase === 'open';
  return (
    <>
      <Header view={view} title={title} menu={menu} onMembers={() => setPane('members')} onClose={onClose} />
      <div class="body" onKeyDown={(event) => pane !== 'chat' && leaveOnEscape(event, showChat)}>
        {view.phase === 'loading' && <Skeleton />}
        {view.phase === 'naming' && (
          <NameForm
            title={words.text('joinTitle', { room: title })}
            lead={words.text('joinLead')}
            action={words.text('join')}
            initial=""
            onName={(name) => room.join(name)}
          />
        )}
        {view.phase === 'left' && <Left title={title} name={view.self?.name} onJoin={(name) => room.join(name)} />}
        {isOpen && (
          <Conversation view={view} room={room} field={field} dismissed={dismissed} hidden={pane !== 'chat'} />
        )}
        {isOpen && pane === 'members' && <Members view={view} onBack={showChat} />}
        {isOpen && pane === 'rename' && (
          <section class="pane">
            <NameForm
              title={words.text('rename')}
              lead={words.text('joinLead')}
              action={words.text('save')}
              initial={view.self?.name ?? ''}
              onCancel={showChat}
              onName={(name) => {
                room.join(name);
                showChat();
              }}
            />
          </section>
        )}
      </div>
    </>
  );
}

type ConversationProps = Pick<ChatProps, 'view' | 'room' | 'field' | 'dismissed'> & { readonly hidden: boolean };

function Conversation({ view, room, field, dismissed, hidden }: ConversationProps) {
  return (
    <div class="conversation" inert={hidden}>
      <Banner connection={view.connection} onRetry={() => room.reconnect()} />
      <Notices notices={view.notices} dismissed={dismissed} />
      <MessageList view={view} room={room} />
      <Typing authors={view.typing} />
      {view.barred ? (
        <BarredNote barred={view.barred} onRetry={() => room.reconnect()} />
      ) : (
        <Composer room={room} field={field} />
      )}
      <slot name="footer" />
    </div>
  );
}

function leaveOnEscape(event: KeyboardEvent, leave: () => void): void {
  if (event.key !== 'Escape') return;
  event.stopPropagation();
  leave();
}
