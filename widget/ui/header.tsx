import type { RoomView } from '../core/view.ts';
import { ChipFace } from './chip-face.tsx';
import { ICONS, Icon } from './icons.tsx';
import type { MenuActions } from './menu.tsx';
import { useScope } from './panel-context.ts';

interface HeaderProps {
  readonly view: RoomView;
  readonly title: string;
  readonly actions: MenuActions;
  /** Absent where the panel is part of the page. */
  readonly onClose?: (() => void) | undefined;
}

export function Header({ view, title, actions, onClose }: HeaderProps) {
  const { words, extras, locks } = useScope();
  const isOpen = view.phase === 'open';
  return (
    <header class="header" part="header">
      <div class="header-text">
        <h2 class="title">
          <bdi>{title}</bdi>
          {locks && <locks.LockMark />}
        </h2>
        {isOpen && extras && <extras.Present view={view} onClick={actions.onMembers} />}
      </div>
      {isOpen && extras && <extras.PathChip path={view.path} address={view.address} />}
      {isOpen && extras && <extras.MenuButton {...actions} />}
      {isOpen && !extras && (
        <>
          <span class="chip">
            <ChipFace path={view.path} />
          </span>
          <span class="icon-button">
            <Icon path={ICONS.more} />
          </span>
        </>
      )}
      {onClose && (
        <button type="button" class="icon-button" aria-label={words.text('close')} onClick={onClose}>
          <Icon path={ICONS.close} />
        </button>
      )}
    </header>
  );
}
