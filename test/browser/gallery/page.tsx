/** Runs in the browser: the real panel and the launcher's sheet around a room that a test controls. */
import { launcherCss } from '../../../widget/theme/launcher-css.ts';
import { launcherOpenCss } from '../../../widget/theme/launcher-open-css.ts';
import { applyTheme, parseTheme } from '../../../widget/theme/theme.ts';
import { type MountedPanel, mountPanel } from '../../../widget/ui/panel.tsx';
import { contrastOf } from './contrast.ts';
import { type FakeRoom, fakeRoom } from './fake-room.ts';
import { ADA, BO, ME, MINUTE, NOW, says } from './people.ts';
import { BASE, VIEWS, type ViewName } from './views.ts';

export interface Scene {
  readonly view?: ViewName;
  readonly mode?: 'launcher' | 'inline';
  readonly locale?: string;
  readonly draft?: string;
  readonly unread?: number;
  readonly encrypted?: true;
  readonly theme?: Readonly<Record<string, string>>;
}

interface Gallery {
  room: FakeRoom | undefined;
  panel: MountedPanel | undefined;
  closed: number;
  show(scene: Scene): void;
  contrast(one: string, other: string): number;
  restyle(theme: Readonly<Record<string, string>>): void;
  /** Shows `count` messages, all told. */
  fill(count: number): void;
  /** Someone else writes `count` messages. */
  arrive(count: number): void;
  /** Older messages turn up before the first one. */
  prepend(count: number): void;
  /** I write a message. */
  write(text: string): void;
  set(change: object): void;
}

declare global {
  interface Window {
    gallery: Gallery;
  }
}

/** What the launcher's sheet expects (launcher-css.ts). The real one is tested with the element that holds it. */
function launcher(isOpen: boolean, unread: number): HTMLButtonElement {
  const button = document.createElement('button');
  button.setAttribute('part', 'launcher');
  button.setAttribute('aria-expanded', String(isOpen));
  button.setAttribute('aria-label', isOpen ? 'Close chat' : `Open chat, ${unread} unread`);
  const badge = document.createElement('span');
  badge.setAttribute('part', 'badge');
  badge.hidden = isOpen;
  badge.textContent = String(unread);
  button.append(drawing('open', BUBBLE), drawing('close', CROSS), badge);
  return button;
}

const BUBBLE = 'M5 4h14a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-8l-5 4v-4H5a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3z';
const CROSS = 'm6 4 6 6 6-6 2 2-6 6 6 6-2 2-6-6-6 6-2-2 6-6-6-6z';

function drawing(name: string, d: string): HTMLElement {
  const box = document.createElement('span');
  box.className = name;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('fill', 'currentColor');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', d);
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
  show({ view, mode = 'launcher', locale = 'en', draft = '', unread = 0, theme = {}, encrypted }) {
    const host = document.createElement('natter-chat');
    if (mode === 'inline') host.setAttribute('mode', 'inline');
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(launcherCss + launcherOpenCss);
    root.adoptedStyleSheets = [sheet];
    applyTheme(host, parseTheme(theme));
    (document.querySelector('#inline') ?? document.body).append(host);
    if (mode === 'launcher') root.append(launcher(view !== undefined, unread));
    if (view === undefined) return;
    const room = fakeRoom(VIEWS[view], draft, encrypted);
    this.room = room;
    this.panel = mountPanel({ host, root }, room, {
      mode,
      locale,
      onClose: () => {
        this.closed += 1;
      },
    });
  },
  contrast: contrastOf,
  restyle(theme) {
    const host = document.querySelector<HTMLElement>('natter-chat');
    if (host) applyTheme(host, parseTheme(theme));
  },
  fill(count) {
    const messages = Array.from({ length: count }, (_, index) =>
      says(
        someone(index),
        NOW - (count - index) * MINUTE,
        `Message ${index + 1}: ${'so it goes '.repeat(1 + (index % 7))}`,
      ),
    );
    this.room?.show({ ...BASE, messages });
  },
  arrive(count) {
    const view = this.room?.view();
    if (!view) return;
    const fresh = Array.from({ length: count }, () => says(ADA, Date.now(), `Fresh ${++serial}`));
    this.room?.show({ ...view, messages: [...view.messages, ...fresh] });
  },
  prepend(count) {
    const view = this.room?.view();
    const first = view?.messages[0];
    if (!view || !first) return;
    const older = Array.from({ length: count }, (_, index) => says(BO, first.at - (count - index) * MINUTE, 'Older'));
    this.room?.show({ ...view, messages: [...older, ...view.messages] });
  },
  write(text) {
    const view = this.room?.view();
    if (view)
      this.room?.show({ ...view, messages: [...view.messages, says(ME, Date.now(), text, { status: 'queued' })] });
  },
  set(change) {
    const view = this.room?.view();
    if (view) this.room?.show({ ...view, ...change });
  },
};
