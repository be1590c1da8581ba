import type { MemberView, RoomView } from '../core/view.ts';
import { Avatar } from './avatar.tsx';
import { useFullWords } from './full-words.ts';

/** Faces shown in the stack beside the count. */
const FACES = 3;

/** How many are here, with some of their faces; leads to who they are. */
export function Present({ view, onClick }: { view: RoomView; onClick(): void }) {
  const words = useFullWords();
  // Without a connection nobody can tell who is here.
  if (view.count === 0 || view.path === 'offline') return null;
  return (
    <button type="button" class="presence" onClick={onClick}>
      <span class="faces">
        {faces(view.members).map((member) => (
          <Avatar key={member.replica} author={member} size="small" />
        ))}
      </span>
      {words.plural('online', view.count)}
    </button>
  );
}

/** Others first: a visitor knows their own face. */
function faces(members: readonly MemberView[]): readonly MemberView[] {
  const others = members.filter(({ self }) => !self);
  return (others.length > 0 ? others : members).slice(0, FACES);
}
