import { useRef, useState } from 'preact/hooks';
import type { Author } from '../../protocol/frames.ts';
import type { MemberView, RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { useFullWords } from './full-words.ts';
import { ICONS, Icon } from './icons.tsx';
import { PersonMenu } from './person-menu.tsx';

/** The button at a person in the list of members that opens what can be done about them. */
export function PersonTools({ person, view, room }: { person: Author; view: RoomView; room: Room }) {
  const words = useFullWords();
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button small"
        aria-label={words.text('personActions', { name: person.name })}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        <Icon path={ICONS.more} size={18} />
      </button>
      {isOpen && button.current && (
        <PersonMenu person={person} view={view} room={room} first="all" anchor={button.current} onClose={close} />
      )}
    </>
  );
}

/** What is said of a member beside the name. */
export function PersonMark({ member }: { member: MemberView }) {
  const words = useFullWords();
  if (member.muted) return <span class="standing">{words.text('isMuted')}</span>;
  return member.role === 'moderator' ? <span class="standing">{words.text('moderator')}</span> : null;
}

/** Below the members: whom moderators have silenced, and whom this visitor has blocked, each with the way back. */
export function Kept({ view, room }: { view: RoomView; room: Room }) {
  const words = useFullWords();
  const silenced = view.moderates ? view.silenced : [];
  return (
    <>
      {silenced.length > 0 && (
        <li>
          <h4 class="away-title">{words.text('silenced')}</h4>
          <ul>
            {silenced.map(({ user, name, why }) => (
              <li key={`${why} ${user}`} class="person">
                <span class="person-text">
                  <span class="person-name">
                    <bdi>{name}</bdi>
                  </span>
                  <span class="person-path">{words.text(why === 'banned' ? 'isBanned' : 'isMuted')}</span>
                </span>
                <button
                  type="button"
                  class="text-button"
                  onClick={() => room.moderate({ type: why === 'banned' ? 'unban' : 'unmute', user })}
                >
                  {words.text(why === 'banned' ? 'unban' : 'unmute')}
                </button>
              </li>
            ))}
          </ul>
        </li>
      )}
      {view.blocked.length > 0 && (
        <li>
          <h4 class="away-title">{words.text('blocked')}</h4>
          <ul>
            {view.blocked.map(({ user, name }) => (
              <li key={user} class="person">
                <span class="person-text">
                  <span class="person-name">
                    <bdi>{name}</bdi>
                  </span>
                </span>
                <button type="button" class="text-button" onClick={() => room.block(user, name, false)}>
                  {words.text('unblock')}
                </button>
              </li>
            ))}
          </ul>
        </li>
      )}
    </>
  );
}
