import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RoomView } from '../core/view.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { ICONS, Icon } from './icons.tsx';
import { focusItem, moveFocus } from './menu-focus.ts';
import { useWords } from './panel-context.ts';

/** What the menu leads to, and what it shows of the room. */
export interface MenuActions {
  readonly address: RoomView['address'];
  onMembers(): void;
  /** Absent where the name is not the visitor's to change. */
  readonly onRename?: (() => void) | undefined;
  onHideAddress(hidden: boolean): void;
  /** Of a room without a relay. */
  readonly onInvite?: (() => void) | undefined;
  /** In an encrypted room. */
  readonly onShareKey?: (() => void) | undefined;
  onLeave(): void;
  /** Items for who may set the rules of the room. */
  readonly switches?: ComponentChildren;
}

export function MenuButton(actions: MenuActions) {
  const words = useWords();
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
      {open && <MenuList {...actions} onClose={onClose} />}
    </div>
  );
}

interface MenuListProps extends MenuActions {
  /** `refocus`: the menu had the focus, which goes back to its button. */
  onClose(refocus: boolean): void;
}

/** The list of a menu button (WAI-ARIA APG): arrows move, Escape and leaving it close it. */
function MenuList(props: MenuListProps) {
  const { address, onMembers, onRename, onHideAddress, onInvite, onShareKey, onLeave, switches, onClose } = props;
  const words = useWords();
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => focusItem(list.current, 0), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) moveFocus(list.current, step);
    else if (event.key === 'Escape') onClose(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onFocusOut = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof Node && list.current?.parentNode?.contains(relatedTarget)) return;
    onClose(false);
  };
  const item = (icon: string, label: string, act: () => void, look = '') => (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      class={look}
      onClick={() => {
        onClose(true);
        act();
      }}
    >
      <Icon path={icon} size={18} />
      {label}
    </button>
  );
  return (
    <div ref={list} class="menu" role="menu" tabIndex={-1} onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
      {item(EXTRA_ICONS.people, words.text('members'), onMembers)}
      {onInvite && item(EXTRA_ICONS.link, words.text('invite'), onInvite)}
      {onShareKey && item(EXTRA_ICONS.invite, words.text('shareKey'), onShareKey)}
      {onRename && item(EXTRA_ICONS.pencil, words.text('rename'), onRename)}
      {address !== 'guarded' && !onInvite && <AddressSwitch hidden={address === 'hidden'} onChange={onHideAddress} />}
      {switches}
      {item(EXTRA_ICONS.leave, words.text('leave'), onLeave, 'danger')}
    </div>
  );
}

/** Hides the visitor's address from the others. The menu stays, so that what has changed is seen. */
function AddressSwitch({ hidden, onChange }: { hidden: boolean; onChange(hidden: boolean): void }) {
  const words = useWords();
  return (
    <button
      type="button"
      role="menuitemcheckbox"
      aria-checked={hidden}
      aria-labelledby="address-name"
      aria-describedby="address-meaning"
      tabIndex={-1}
      class="switch-item"
      onClick={() => onChange(!hidden)}
    >
      <Icon path={EXTRA_ICONS.hide} size={18} />
      <span class="switch-text">
        <span id="address-name">{words.text('hideAddress')}</span>
        <span id="address-meaning" class="switch-meaning">
          {words.text('hideAddressMeaning')}
        </span>
      </span>
      <span class="switch" aria-hidden="true" />
    </button>
  );
}
