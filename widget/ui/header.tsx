import type { MemberView, RoomView } from '../core/view.ts';
import { Avatar } from './avatar.tsx';
import { PathChip } from './chip.tsx';
import { Icon } from './icons.tsx';
import { Menu, type MenuItem } from './menu.tsx';
import { useWords } from './words-context.ts';

interface HeaderProps {
  readonly view: RoomView;
  readonly title: string;
  readonly menu: readonly MenuItem[];
  onMembers(): void;
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

export function Header({ view, title, menu, onMembers, onClose }: HeaderProps) {
  const words = useWords();
  const isOpen = view.phase === 'open';
  return (
    <header class="header" part="header">
      <div class="header-text">
        <h2 class="title">
          <bdi>{title}</bdi>
        </h2>
        {isOpen && view.count > 0 && (
          <button type="button" class="presence" onClick={onMembers}>
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
      {isOpen && <Menu items={menu} />}
      {onClose && (
        <button type="button" class="icon-button" aria-label={words.text('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}
