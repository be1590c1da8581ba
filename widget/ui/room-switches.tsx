import type { RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { useFullWords } from './full-words.ts';
import { Icon } from './icons.tsx';

/** Seconds of slow mode as the menu sets it. */
const SLOW = 10;

/** The rules of the whole room, for its moderators, as items of the header's menu. */
export function RoomSwitches({ view, room }: { view: RoomView; room: Room }) {
  const words = useFullWords();
  if (!view.moderates || view.barred) return null;
  const { slow, readOnly, locked } = view.rules;
  const pause = slow > 0 ? slow : SLOW;
  const item = (icon: string, label: string, isOn: boolean, act: () => void) => (
    <button type="button" role="menuitemcheckbox" tabIndex={-1} aria-checked={isOn} onClick={act}>
      <Icon path={icon} size={18} />
      <span class="switch-label">{label}</span>
      <Icon path={isOn ? EXTRA_ICONS.check : ''} size={16} />
    </button>
  );
  return (
    <>
      {item(EXTRA_ICONS.clock, `${words.text('slowMode')} (${words.length(pause, 'second', 'short')})`, slow > 0, () =>
        room.moderate({ type: 'slow', seconds: slow > 0 ? 0 : SLOW }),
      )}
      {item(EXTRA_ICONS.book, words.text('readOnly'), readOnly, () =>
        room.moderate({ type: 'read-only', on: !readOnly }),
      )}
      {item(EXTRA_ICONS.lock, words.text('lockRoom'), locked, () =>
        room.moderate({ type: locked ? 'unlock' : 'lock' }),
      )}
    </>
  );
}
