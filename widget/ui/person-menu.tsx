import { useState } from 'preact/hooks';
import type { Author } from '../../protocol/frames.ts';
import type { RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { useFullWords } from './full-words.ts';
import { Icon } from './icons.tsx';
import { useMenuBox } from './menu-box.ts';

/** What of the menu is shown: all of it, for how long to mute, or the question before a ban. */
export type PersonStep = 'all' | 'mute' | 'ban';

interface PersonMenuProps {
  readonly person: Author;
  readonly view: RoomView;
  readonly room: Room;
  readonly first: PersonStep;
  readonly anchor: HTMLElement;
  onClose(): void;
}

/** How long a moderator may mute somebody. */
const TIMES = [
  [10, 'minute'],
  [1, 'hour'],
  [1, 'day'],
] as const;
const MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** What can be done about a person: by anybody for themselves, and by a moderator for all. */
export function PersonMenu(props: PersonMenuProps) {
  const { person, first, anchor, onClose } = props;
  const words = useFullWords();
  const [step, setStep] = useState(first);
  const { box, onKeyDown } = useMenuBox({ anchor, dir: words.dir, isQuestion: step === 'ban', step, onClose });
  const { name } = person;
  return (
    <div class="overlay">
      <button type="button" class="scrim" tabIndex={-1} aria-hidden="true" onClick={onClose} />
      {step === 'ban' ? (
        <div
          ref={box}
          class="menu actions question"
          role="alertdialog"
          tabIndex={-1}
          aria-label={words.text('banQuestion', { name })}
          onKeyDown={onKeyDown}
        >
          <BanQuestion {...props} />
        </div>
      ) : (
        <div
          ref={box}
          class="menu actions"
          role="menu"
          tabIndex={-1}
          aria-label={words.text('personActions', { name })}
          onKeyDown={onKeyDown}
        >
          {step === 'all' ? <Items {...props} onStep={setStep} /> : <Times {...props} />}
        </div>
      )}
    </div>
  );
}

function Items({ person, view, room, onStep, onClose }: PersonMenuProps & { onStep(step: PersonStep): void }) {
  const words = useFullWords();
  const isBlocked = view.blocked.some(({ user }) => user === person.user);
  const isMuted = view.silenced.some(({ user, why }) => user === person.user && why === 'muted');
  const isJudged = view.moderates && !view.barred && person.role !== 'moderator';
  const item = (icon: string, label: string, act: () => void, look = '') => (
    <button type="button" role="menuitem" tabIndex={-1} class={look} onClick={act}>
      <Icon path={icon} size={18} />
      {label}
    </button>
  );
  const done = (act: () => void) => () => {
    onClose();
    act();
  };
  const { user, name } = person;
  return (
    <>
      {item(
        EXTRA_ICONS.hide,
        words.text(isBlocked ? 'unblock' : 'block'),
        done(() => room.block(user, name, !isBlocked)),
      )}
      {isJudged && !isMuted && item(EXTRA_ICONS.mute, words.text('mute'), () => onStep('mute'))}
      {isJudged &&
        isMuted &&
        item(
          EXTRA_ICONS.mute,
          words.text('unmute'),
          done(() => room.moderate({ type: 'unmute', user })),
        )}
      {isJudged && item(EXTRA_ICONS.ban, words.text('ban'), () => onStep('ban'), 'danger')}
    </>
  );
}

function Times({ person: { user }, room, onClose }: PersonMenuProps) {
  const words = useFullWords();
  return (
    <>
      {TIMES.map(([count, unit]) => (
        <button
          key={unit}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            onClose();
            room.moderate({ type: 'mute', user, ms: count * MS[unit] });
          }}
        >
          <Icon path={EXTRA_ICONS.mute} size={18} />
          {words.text('muteFor', { time: words.length(count, unit) })}
        </button>
      ))}
    </>
  );
}

/** A ban is for everyone, so it is asked about; the focus is on what does no harm. */
function BanQuestion({ person: { user, name }, room, onClose }: PersonMenuProps) {
  const words = useFullWords();
  return (
    <>
      <p>{words.text('banQuestion', { name })}</p>
      <div class="question-actions">
        <button type="button" class="secondary" onClick={onClose}>
          {words.text('cancel')}
        </button>
        <button
          type="button"
          class="primary danger"
          onClick={() => {
            onClose();
            room.moderate({ type: 'ban', user });
          }}
        >
          {words.text('ban')}
        </button>
      </div>
    </>
  );
}
