import type { RoomName } from '../protocol/ids.ts';
import type { P2p } from './config.ts';
import type { Emit } from './events.ts';
import type { Login } from './login.ts';
import { openRoom } from './open-room.ts';
import { browserPlatform } from './runtime/platform.ts';
import type { Room } from './runtime/room.ts';
import { tellPage } from './tell-page.ts';
import { type MountedPanel, mountPanel } from './ui/panel.tsx';

export interface ConversationSetup {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  /** The relay's address without a closing slash. */
  readonly relay: string;
  readonly room: RoomName;
  readonly name: string | undefined;
  readonly profile: string | undefined;
  readonly p2p: P2p;
  readonly encrypt: boolean;
  /** What the page was given to open an encrypted room with. */
  key(): string | undefined;
  /** The visitor has brought the key of another room. */
  onElsewhere(key: string): void;
  readonly login: Login;
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
  const { host, root } = setup;
  const beforeSend = (text: string) => {
    const message = { text };
    return setup.emit('beforesend', message) && typeof message.text === 'string' ? message.text : undefined;
  };
  const room = openRoom({ ...setup, beforeSend });
  const stopTelling = tellPage(room, setup, () => import('./view-events.ts'), browserPlatform);
  let panel: MountedPanel | undefined;
  const hide = () => {
    panel?.unmount();
    panel = undefined;
    room.setVisible(false);
  };
  return {
    room,
    show({ mode, locale, title }) {
      // Not the view's: an encrypted room's name there is the one on the wire.
      const options = { mode, locale, title: title ?? setup.room, onClose: setup.onClose };
      if (panel) return panel.update(options);
      panel = mountPanel({ host, root }, room, options);
      room.setVisible(true);
    },
    focus: () => panel?.focus(),
    hide,
    async close() {
      hide();
      stopTelling();
      await room.close();
    },
  };
}
