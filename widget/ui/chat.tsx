import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Notice, RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { Conversation } from './conversation.tsx';
import { focusPanel } from './focus.ts';
import { Header } from './header.tsx';
import { NameForm } from './name-form.tsx';
import { useScope } from './panel-context.ts';
import { Skeleton } from './skeleton.tsx';

export interface ChatProps {
  readonly view: RoomView;
  readonly room: Room;
  readonly mode: 'launcher' | 'inline';
  readonly title: string;
  /** Notices that were read; it outlives what is drawn. */
  readonly dismissed: Set<Notice>;
  onClose(): void;
}

/** What lies over the conversation: nothing, a pane, or the details of the message with this key. */
type Pane = 'chat' | 'members' | 'rename' | 'codes' | 'share' | 'key' | { readonly details: string };

/** The panel: the header and, below it, what the room's phase asks for. Escape leaves the innermost of it. */
export function Chat({ view, room, mode, title, dismissed, onClose }: ChatProps) {
  const { words, extras, actions, codes, locks, moderation } = useScope();
  const [pane, setPane] = useState<Pane>('chat');
  const panel = useRef<HTMLElement>(null);
  useFocusOnReturn(pane, panel);
  const isFloating = mode === 'launcher';
  const isOpen = view.phase === 'open';
  const join = (name: string) => room.join(name);
  const showChat = () => setPane('chat');
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    if (pane !== 'chat') showChat();
    else if (isFloating) onClose();
    else return;
    event.stopPropagation();
  };
  return (
    <section
      ref={panel}
      class={`panel ${mode}`}
      part="panel"
      role={isFloating ? 'dialog' : 'region'}
      aria-label={words.text('panel', { room: title })}
      tabIndex={-1}
      data-phase={view.phase}
      onKeyDown={onKeyDown}
    >
      <Header
        view={view}
        title={title}
        actions={{
          onMembers: () => setPane('members'),
          address: view.address,
          onHideAddress: (hidden) => room.hideAddress(hidden),
          onRename: room.isNamed() ? undefined : () => setPane('rename'),
          onInvite: codes && (() => setPane('codes')),
          onShareKey: room.isEncrypted ? () => setPane('share') : undefined,
          onLeave: () => room.leave(),
          switches: moderation && <moderation.RoomSwitches view={view} room={room} />,
        }}
        onClose={isFloating ? onClose : undefined}
      />
      <div class="body">
        {(view.phase === 'loading' || (view.phase === 'locked' && !locks)) && <Skeleton />}
        {locks && view.phase === 'locked' && (
          <locks.KeyPage room={room} title={title} damaged={view.notices.length > 0} />
        )}
        {view.phase === 'naming' && (
          <NameForm
            title={words.text('joinTitle', { room: title })}
            lead={words.text('joinLead')}
            action={words.text('join')}
            initial=""
            onName={join}
          />
        )}
        {isOpen && (
          <Conversation
            view={view}
            room={room}
            dismissed={dismissed}
            inert={pane !== 'chat'}
            onDetails={(details) => setPane({ details })}
            onInvite={() => setPane('codes')}
            onKey={() => setPane('key')}
          />
        )}
        {extras && view.phase === 'left' && <extras.Left title={title} name={view.self?.name} onJoin={join} />}
        {extras && isOpen && pane === 'members' && <extras.Members view={view} room={room} onBack={showChat} />}
        {extras && isOpen && pane === 'rename' && (
          <extras.Rename name={view.self?.name ?? ''} onName={join} onBack={showChat} />
        )}
        {codes && isOpen && <codes.Codes room={room} open={pane === 'codes'} onOpen={setPane} />}
        {locks && isOpen && pane === 'share' && <locks.Invitation room={room} onBack={showChat} />}
        {locks && isOpen && pane === 'key' && <locks.KeyPane room={room} onBack={showChat} />}
        {actions && isOpen && typeof pane === 'object' && (
          <actions.Details view={view} room={room} of={pane.details} onBack={showChat} />
        )}
      </div>
    </section>
  );
}

/** A pane that goes takes the focus with it: it comes back to the message it was about, or to where one writes. */
function useFocusOnReturn(pane: Pane, panel: RefObject<HTMLElement | null>): void {
  const before = useRef(pane);
  useEffect(() => {
    const left = before.current;
    before.current = pane;
    if (pane !== 'chat' || left === 'chat' || !panel.current) return;
    const row =
      typeof left === 'object' && panel.current.querySelector<HTMLElement>(`[data-key="${CSS.escape(left.details)}"]`);
    if (row) row.focus({ preventScroll: true });
    else focusPanel(panel.current);
  }, [pane]);
}
