import type { RoomName } from '../protocol/ids.ts';
import type { Emit } from './events.ts';
import { openRoom } from './open-room.ts';
import type { Room } from './runtime/room.ts';
import { type MountedPanel, mountPanel } from './ui/panel.tsx';
import { viewEvents } from './view-events.ts';

export interface ConversationSetup {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  /** The relay's address without a closing slash. */
  readonly relay: string;
  readonly room: RoomName;
  readonly name: string | undefined;
  readonly profile: string | undefined;
  readonly p2p: 'auto' | 'off';
  readonly emit: Emit;
  onUnread(count: number): void;
  /** The visitor closed the panel. */
  onClose(): void;
}

export interface PanelLook {
  readonly mode: 'launcher' | 'inline';
  readonly locale: string;
  readonly title: string | undefined;
}

/** A room that is open behind an element, with its panel shown or not. */
export interface Conversation {
  readonly room: Room;
  /** Shows the panel, or restyles the one that is shown. */
  show(look: PanelLook): void;
  focus(): void;
  hide(): void;
  /** Hides, leaves the relay and frees everything. */
  close(): Promise<void>;
}

/** Opens a room. The panel is not shown yet. */
export function openConversation(setup: ConversationSetup): Conversation {
  const { host, root, relay, p2p, profile, name } = setup;
  const named = name === undefined ? {} : { name };
  const own = profile === undefined ? {} : { profile };
  const room = withBeforeSend(openRoom({ relay, room: setup.room, p2p, ...named, ...own }), setup.emit);
  const stopReport = report(room, setup);
  let panel: MountedPanel | undefined;
  const see = () => room.setVisible(panel !== undefined && document.visibilityState === 'visible');
  document.addEventListener('visibilitychange', see);
  const hide = () => {
    panel?.unmount();
    panel = undefined;
    see();
  };
  return {
    room,
    show({ mode, locale, title }) {
      const options = { mode, locale, ...(title === undefined ? {} : { title }), onClose: setup.onClose };
      if (panel) return panel.update(options);
      panel = mountPanel({ host, root }, room, options);
      see();
    },
    focus: () => panel?.focus(),
    hide,
    async close() {
      hide();
      document.removeEventListener('visibilitychange', see);
      stopReport();
      await room.close();
    },
  };
}

/** The same room, whose messages the page may change or keep back before they are sent. */
function withBeforeSend(room: Room, emit: Emit): Room {
  return {
    view: () => room.view(),
    subscribe: (listener) => room.subscribe(listener),
    onTraffic: (listener) => room.onTraffic(listener),
    join: (name) => room.join(name),
    send(text) {
      const message = { text };
      if (!emit('beforesend', message) || typeof message.text !== 'string') return;
      whenLoaded(room, () => room.send(message.text));
    },
    retry: (key) => room.retry(key),
    discard: (key) => room.discard(key),
    typing: () => room.typing(),
    draft: () => room.draft(),
    setDraft: (text) => room.setDraft(text),
    setVisible: (visible) => room.setVisible(visible),
    reconnect: () => room.reconnect(),
    leave: () => room.leave(),
    close: () => room.close(),
  };
}

/** A message written while storage is still being read must not pass for one that was stored (view-events.ts). */
function whenLoaded(room: Room, act: () => void): void {
  if (room.view().phase !== 'loading') return act();
  const stop = room.subscribe(() => {
    if (room.view().phase === 'loading') return;
    stop();
    act();
  });
}

/** Tells the page what changes. */
function report(room: Room, { emit, onUnread }: ConversationSetup): () => void {
  let before = room.view();
  const changed = () => {
    const after = room.view();
    const events = viewEvents(before, after);
    before = after;
    for (const { name, detail } of events) emit(name, detail);
    onUnread(after.unread);
  };
  const stops = [room.subscribe(changed), room.onTraffic((traffic) => emit('traffic', traffic))];
  return () => {
    for (const stop of stops) stop();
  };
}
