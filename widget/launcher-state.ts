import { createIcon, type Launcher } from './launcher.ts';
import { launcherOpenCss } from './theme/launcher-open-css.ts';

/** What the launcher shows of a chat that has been opened once. */
export interface LauncherState {
  readonly isOpen: boolean;
  readonly unread: number;
}

const CROSS = 'm6 4 6 6 6-6 2 2-6 6 6 6-2 2-6-6-6 6-2-2 6-6-6-6z';

/** Gives the loader's launcher its close mark and its badge; the result changes what they show. */
export function completeLauncher(root: ShadowRoot, { button }: Launcher): (change: Partial<LauncherState>) => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(launcherOpenCss);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const close = document.createElement('span');
  close.className = 'close';
  close.append(createIcon(CROSS));
  const badge = document.createElement('span');
  badge.setAttribute('part', 'badge');
  badge.hidden = true;
  button.append(close, badge);

  let state: LauncherState = { isOpen: false, unread: 0 };
  return (change) => {
    state = { ...state, ...change };
    const { isOpen, unread } = state;
    badge.hidden = unread === 0;
    badge.textContent = unread > 9 ? '9+' : String(unread);
    const waiting = unread === 0 ? '' : `, ${unread} unread`;
    button.ariaLabel = isOpen ? 'Close chat' : `Open chat${waiting}`;
    button.ariaExpanded = String(isOpen);
  };
}
