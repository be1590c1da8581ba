const FOCUSABLE = 'button:not([disabled],[hidden],[tabindex="-1"]),a[href],input,textarea,[tabindex="0"]';

/** Where the panel takes the whole screen; the same condition as in theme/sheet.ts. */
const FULL_SCREEN = '(max-width: 667px), (max-height: 420px)';

/**
 * While the panel fills a phone's screen: it follows the visual viewport (so the keyboard does not cover the
 * composer), the page behind does not scroll, and Back closes it. Returns what undoes all that.
 */
export function keepFullScreen(panel: HTMLElement, onClose: () => void): () => void {
  const query = matchMedia(FULL_SCREEN);
  let leave: (() => void) | undefined;
  const adapt = () => {
    leave?.();
    leave = query.matches ? enter(panel, onClose) : undefined;
  };
  adapt();
  query.addEventListener('change', adapt);
  return () => {
    query.removeEventListener('change', adapt);
    leave?.();
  };
}

function enter(panel: HTMLElement, onClose: () => void): () => void {
  const undo = [lockPage(), followViewport(panel), closeOnBack(onClose), keepTabInside(panel)];
  panel.setAttribute('aria-modal', 'true');
  return () => {
    panel.removeAttribute('aria-modal');
    for (const step of undo) step();
  };
}

function lockPage(): () => void {
  const { style } = document.documentElement;
  const before = style.overflow;
  style.overflow = 'hidden';
  return () => {
    style.overflow = before;
  };
}

function followViewport(panel: HTMLElement): () => void {
  const viewport = window.visualViewport;
  if (!viewport) return nothing;
  const follow = () => {
    panel.style.height = `${viewport.height}px`;
    panel.style.top = `${viewport.offsetTop}px`;
  };
  follow();
  viewport.addEventListener('resize', follow);
  viewport.addEventListener('scroll', follow);
  return () => {
    viewport.removeEventListener('resize', follow);
    viewport.removeEventListener('scroll', follow);
    panel.style.height = '';
    panel.style.top = '';
  };
}

const nothing = () => undefined;

/** What is used of the platform's CloseWatcher (HTML, 6.4.7), which not every browser has. */
interface CloseRequests {
  onclose: (() => void) | null;
  destroy(): void;
}

/** The platform's own close request (Android's Back): no entry is pushed into the page's history for it. */
function closeOnBack(onClose: () => void): () => void {
  const Watcher: (new () => CloseRequests) | undefined = Reflect.get(window, 'CloseWatcher');
  if (!Watcher) return nothing;
  const watcher = new Watcher();
  watcher.onclose = onClose;
  return () => {
    watcher.onclose = null;
    watcher.destroy();
  };
}

/** There is nothing to see but the panel, so the focus does not leave it either. */
function keepTabInside(panel: HTMLElement): () => void {
  const onKeyDown = (event: KeyboardEvent) => event.key === 'Tab' && wrapTab(event, panel);
  panel.addEventListener('keydown', onKeyDown);
  return () => panel.removeEventListener('keydown', onKeyDown);
}

function wrapTab(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (stop) => stop.getClientRects().length > 0 && !stop.closest('[inert]'),
  );
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  const wrap = event.shiftKey ? stops.at(-1) : stops[0];
  if (!edge?.matches(':focus') && !(event.shiftKey && panel.matches(':focus'))) return;
  event.preventDefault();
  wrap?.focus();
}
