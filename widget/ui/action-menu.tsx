import type { MessageView } from '../core/view.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import { type Action, REACTIONS } from './actions-policy.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { Icon } from './icons.tsx';
import { useMenuBox } from './menu-box.ts';
import { useWords } from './panel-context.ts';

/** What of the menu is open: all of it, the emoji, the rest, or the question before deleting. */
export type Step = 'all' | 'react' | 'more' | 'delete';

interface ActionMenuProps {
  readonly message: MessageView;
  readonly actions: readonly Action[];
  readonly step: Step;
  readonly anchor: HTMLElement;
  onReact(emoji: string): void;
  onAct(action: Action): void;
  onClose(): void;
}

const ITEMS: Readonly<Record<Exclude<Action, 'react'>, readonly [icon: string, label: PlainKey]>> = {
  edit: [EXTRA_ICONS.pencil, 'edit'],
  copy: [EXTRA_ICONS.copy, 'copy'],
  details: [EXTRA_ICONS.info, 'details'],
  report: [EXTRA_ICONS.flag, 'report'],
  block: [EXTRA_ICONS.hide, 'block'],
  mute: [EXTRA_ICONS.mute, 'mute'],
  ban: [EXTRA_ICONS.ban, 'ban'],
  delete: [EXTRA_ICONS.trash, 'delete'],
};

/** A message's actions: a menu beside it, on touch screens a sheet from below. What lies behind closes it. */
export function ActionMenu(props: ActionMenuProps) {
  const { step, anchor, onClose } = props;
  const words = useWords();
  const { box, onKeyDown } = useMenuBox({ anchor, dir: words.dir, isQuestion: step === 'delete', step, onClose });
  return (
    <div class="overlay">
      <button type="button" class="scrim" tabIndex={-1} aria-hidden="true" onClick={onClose} />
      {step === 'delete' ? (
        <Question {...props} box={box} onKeyDown={onKeyDown} />
      ) : (
        <Menu {...props} box={box} onKeyDown={onKeyDown} />
      )}
    </div>
  );
}

interface Boxed extends ActionMenuProps {
  readonly box: { current: HTMLDivElement | null };
  onKeyDown(event: KeyboardEvent): void;
}

function Menu({ message, actions, step, onReact, onAct, box, onKeyDown }: Boxed) {
  const words = useWords();
  const mine = message.reactions.filter((reaction) => reaction.mine).map(({ emoji }) => emoji);
  return (
    <div
      ref={box}
      class="menu actions"
      role="menu"
      tabIndex={-1}
      aria-label={words.text('messageActions')}
      onKeyDown={onKeyDown}
    >
      {step !== 'more' && actions.includes('react') && (
        // biome-ignore lint/a11y/useSemanticElements: a menu holds groups, not field sets (WAI-ARIA 1.2)
        <div class="emojis" role="group" aria-label={words.text('react')}>
          {REACTIONS.map((emoji) => (
            <button
              key={emoji}
              type="button"
              role="menuitemcheckbox"
              tabIndex={-1}
              aria-checked={mine.includes(emoji)}
              onClick={() => onReact(emoji)}
            >
              {emoji}
            </button>
          ))}
        </div>
      )}
      {step !== 'react' &&
        actions.map((action) => {
          if (action === 'react') return null;
          const [icon, label] = ITEMS[action];
          return (
            <button
              key={action}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={action === 'delete' || action === 'ban' ? 'danger' : ''}
              onClick={() => onAct(action)}
            >
              <Icon path={icon} size={18} />
              {words.text(label)}
            </button>
          );
        })}
    </div>
  );
}

/** Deleting is for everyone and for good, so it is asked about; the focus is on what does no harm. */
function Question({ onAct, onClose, box, onKeyDown }: Boxed) {
  const words = useWords();
  return (
    <div
      ref={box}
      class="menu actions question"
      role="alertdialog"
      tabIndex={-1}
      aria-labelledby="natter-question"
      onKeyDown={onKeyDown}
    >
      <p id="natter-question">{words.text('deleteQuestion')}</p>
      <div class="question-actions">
        <button type="button" class="secondary" onClick={onClose}>
          {words.text('cancel')}
        </button>
        <button type="button" class="primary danger" onClick={() => onAct('delete')}>
          {words.text('delete')}
        </button>
      </div>
    </div>
  );
}
