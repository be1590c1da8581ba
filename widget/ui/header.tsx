import { useRef, useState } from 'preact/hooks';
import type { MemberView, RoomView } from '../core/view.ts';
import { Avatar } from './avatar.tsx';
import { PathChip } from './chip.tsx';
import { ICONS, Icon } from './icons.tsx';
import type { MenuActions } from './menu.tsx';
import { useExtras, useWords } from './panel-context.ts';

interface HeaderProps {
  readonly view: RoomView;
  readonly title: string;
  readonly actions: MenuActions;
  /** Absent where the panel is part of the page. */
  readonly onClose?: (() => void) | undefined;
}

/** Faces shown in the stack beside the count. */
const FACES = 3;

/** Others first: a visitor knows their own face. */
function faces(members: readonly MemberView[]): readonly MemberView[] {
  const others = members.filter(({ self }) => !self);
  return (others.length > 0 ? others : members).slice(0, FACES);
}

export function Header({ view, title, actions, onClose }: HeaderProps) {
  const words = useWords();
  const isOpen = view.phase === 'open';
  return (
    <header class="header" part="header">
      <div class="header-text">
        <h2 class="title">
          <bdi>{title}</bdi>
        </h2>
        {isOpen && view.count > 0 && (
          <button type="button" class="presence" onClick={actions.onMembers}>
            <span class="faces">
              {faces(view.members).map((member) => (
                <Avatar key={member.replica} author={member} size="small" />
              ))}
            </span>
            {words.plural('online', view.count)}
          </button>
        )}
      </div>
      {isOpen && <PathChip path={view.path} />}
      {isOpen && <MenuButton {...actions} />}
      {onClose && (
        <button type="button" class="icon-button" aria-label={words.text('close')} onClick={onClose}>
          <Icon path={ICONS.close} />
        </button>
      )}
    </header>
  );
}

function MenuButton(actions: MenuActions) {
  const words = useWords();
  const extras = useExtras();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const onClose = (refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };
  return (
    <div class="anchor">
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label={words.text('menu')}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon path={ICONS.more} />
      </button>
      {open && extras && <extras.MenuList {...actions} onClose={onClose} />}
    </div>
  );
}
