/** Runs in the browser: the real panel and the launcher's sheet around a room that a test controls. */
import { launcherCss } from '../../../widget/theme/launcher-css.ts';
import { applyTheme, parseTheme } from '../../../widget/theme/theme.ts';
import { type MountedPanel, mountPanel } from '../../../widget/ui/panel.tsx';
import { type FakeRoom, fakeRoom } from './fake-room.ts';
import { ADA, BO, ME, MINUTE, NOW, says } from './people.ts';
import { BASE, VIEWS, type ViewName } from './views.ts';

export interface Scene {
  readonly view?: ViewName;
  readonly mode?: 'launcher' | 'inline';
  readonly locale?: string;
  readonly draft?: string;
  readonly unread?: string;
  readonly theme?: Readonly<Record<string, string>>;
}

interface Gallery {
  room: FakeRoom | undefined;
  panel: MountedPanel | undefined;
  closed: number;
  show(scene: Scene): void;
  /** Shows `count` messages, all told. */
  fill(count: number): void;
  /** Someone else writes `count` messages. */
  arrive(count: number): void;
  set(change: object): void;
}

declare global {
  interface Window {
    gallery: Gallery;
  }
}

function launcher(expanded: boolean, unread: string | undefined): HTMLButtonElement {
  const button = document.createElement('button');
  button.setAttribute('part', 'launcher');
  button.setAttribute('aria-expanded', String(expanded));
  button.setAttribute('aria-label', expanded ? 'Close chat' : 'Open chat');
  const open = drawing('open', 'M12 4c-5 0-8.5 3.2-8.5 7.3 0 2.3 1.1 4.3 2.9 5.6L5.5 20.5l4-2c.8.2 1.6.3 2.5.3 5 0 8.5-3.2 8.5-7.5S17 4 12 4z');
  const badge = document.createElement('span');
  badge.setAttribute('part', 'badge');
  badge.hidden = unread === undefined;
  badge.textContent = unread ?? '';
  button.append(open, drawing('close', 'M6 6l12 12M18 6L6 18'), badge);
  return button;
}

function drawing(name: string, d: string): HTMLElement {
  const box = document.createElement('span');
  box.className = name;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  for (const [key, value] of Object.entries({ width: 24, height: 24, viewBox: '0 0 24 24', 'aria-hidden': true })) svg.setAttribute(key, String(value));
  for (const [key, value] of Object.entries({ d, fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round' }))
    path.setAttribute(key, String(value));
  svg.append(path);
  box.append(svg);
  return box;
}

let serial = 0;

function someone(index: number) {
  return [ADA, BO, ME][Math.floor(index / 3) % 3] ?? ADA;
}

window.gallery = {
  room: undefined,
  panel: undefined,
  closed: 0,
  show({ view, mode = 'launcher', locale = 'en', draft = '', unread, theme = {} }) {
    const host = document.createElement('natter-chat');
    if (mode === 'inline') host.setAttribute('mode', 'inline');
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(launcherCss);
    root.adoptedStyleSheets = [sheet];
    applyTheme(host, parseTheme(theme));
    (document.querySelector('#inline') ?? document.body).append(host);
    if (mode === 'launcher') root.append(launcher(view !== undefined, unread));
    if (view === undefined) return;
    const room = fakeRoom(VIEWS[view], draft);
    this.room = room;
    this.panel = mountPanel({ host, root }, room, {
      mode,
      locale,
      onClose: () => {
        this.closed += 1;
      },
    });
  },
  fill(count) {
    const messages = Array.from({ length: count }, (_, index) =>
      says(someone(index), NOW - (count - index) * MINUTE, `Message ${index + 1}: ${'so it goes '.repeat(1 + (index % 7))}`),
    );
    this.room?.show({ ...BASE, messages });
  },
  arrive(count) {
    const view = this.room?.view();
    if (!view) return;
    const fresh = Array.from({ length: count }, () => says(ADA, NOW, `Fresh ${(serial += 1)}`));
    this.room?.show({ ...view, messages: [...view.messages, ...fresh] });
  },
  set(change) {
    const view = this.room?.view();
    if (view) this.room?.show({ ...view, ...change });
  },
};
