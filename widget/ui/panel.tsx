import { render } from 'preact';
import type { Notice } from '../core/view.ts';
import { builtIn, fetchLanguage, isBuiltIn } from '../i18n/catalogue.ts';
import { createWords, type Words } from '../i18n/words.ts';
import type { Room } from '../runtime/room.ts';
import { panelCss } from '../theme/sheet.ts';
import { Chat } from './chat.tsx';
import { focusPanel, trapTab } from './focus.ts';
import { keepFullScreen } from './full-screen.ts';
import { WordsContext } from './words-context.ts';

export interface PanelOptions {
  /** `launcher`: floats above the page and can be closed. `inline`: fills its element. */
  readonly mode: 'launcher' | 'inline';
  /** A BCP 47 tag. */
  readonly locale: string;
  /** Shown instead of the room's name. */
  readonly title?: string;
  /** The visitor asks to close the panel; unmounting it or hiding it is the caller's. */
  onClose(): void;
}

export interface MountedPanel {
  update(options: Partial<PanelOptions>): void;
  /** Moves the focus into the panel: at once, or when there is something to focus. */
  focus(): void;
  /** Removes the panel and all it listens to. Idempotent. */
  unmount(): void;
}

export interface PanelTarget {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
}

/** Shows a room in a shadow root. The one subscription to the room is here: each change draws the panel anew. */
export function mountPanel({ root }: PanelTarget, room: Room, initial: PanelOptions): MountedPanel {
  const container = document.createElement('div');
  container.className = 'natter';
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(panelCss);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  root.append(container);

  let options = initial;
  let words: Words | undefined;
  let phase = room.view().phase;
  let wantsFocus = false;
  let leaveFullScreen: (() => void) | undefined;
  const dismissed = new Set<Notice>();
  const fieldRef = { current: null };

  const panel = () => container.querySelector<HTMLElement>('.panel');

  const draw = () => {
    if (!words) return;
    const view = room.view();
    const held = container.contains(root.activeElement);
    const isFloating = options.mode === 'launcher';
    const title = options.title ?? view.room;
    render(
      <WordsContext.Provider value={words}>
        <section
          class={`panel ${options.mode}`}
          part="panel"
          role={isFloating ? 'dialog' : 'region'}
          aria-label={words.text('panel', { room: title })}
          tabIndex={-1}
          data-phase={view.phase}
          onKeyDown={onKeyDown}
        >
          <Chat
            view={view}
            room={room}
            title={title}
            field={fieldRef}
            dismissed={dismissed}
            onClose={isFloating ? () => options.onClose() : undefined}
          />
        </section>
      </WordsContext.Provider>,
      container,
    );
    settleFocus(view.phase !== phase && held);
    phase = view.phase;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (options.mode !== 'launcher') return;
    const element = panel();
    if (event.key === 'Escape') {
      event.stopPropagation();
      options.onClose();
    } else if (event.key === 'Tab' && element?.hasAttribute('aria-modal')) trapTab(event, element);
  };

  /** A new phase takes away the field that had the focus: hand it on, and never take it from the page. */
  const settleFocus = (moved: boolean) => {
    const element = panel();
    if (!element || !(wantsFocus || moved)) return;
    wantsFocus = false;
    focusPanel(element);
  };

  const speak = async () => {
    const { locale } = options;
    const language = isBuiltIn(locale) ? builtIn(locale) : await fetchLanguage(locale);
    if (locale !== options.locale || !container.isConnected) return;
    words = createWords(language);
    container.lang = words.locale;
    container.dir = words.dir;
    draw();
    watchFullScreen();
  };

  const watchFullScreen = () => {
    const element = panel();
    leaveFullScreen?.();
    leaveFullScreen =
      element && options.mode === 'launcher' ? keepFullScreen(element, () => options.onClose()) : undefined;
  };

  const unsubscribe = room.subscribe(draw);
  void speak();

  return {
    update(changes) {
      const before = options;
      options = { ...options, ...changes };
      if (options.locale !== before.locale) void speak();
      else draw();
      if (options.mode !== before.mode) watchFullScreen();
    },
    focus() {
      wantsFocus = true;
      settleFocus(false);
    },
    unmount() {
      unsubscribe();
      leaveFullScreen?.();
      leaveFullScreen = undefined;
      render(null, container);
      container.remove();
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((adopted) => adopted !== sheet);
    },
  };
}
