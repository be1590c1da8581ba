import { render } from 'preact';
import type { Notice } from '../core/view.ts';
import { builtIn, fetchLanguage, isBuiltIn, type Language } from '../i18n/catalogue.ts';
import { createWords } from '../i18n/words.ts';
import type { Room } from '../runtime/room.ts';
import { panelCss } from '../theme/sheet.ts';
import { Chat } from './chat.tsx';
import { focusPanel } from './focus.ts';
import { PanelContext, type PanelScope } from './panel-context.ts';
import { adoptSheet } from './sheets.ts';

export interface PanelOptions {
  /** `launcher`: floats above the page and can be closed. `inline`: fills its element. */
  readonly mode: 'launcher' | 'inline';
  /** A BCP 47 tag. */
  readonly locale: string;
  /** What people call the room. */
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

/** Chunks that have come. */
type Fetched = { readonly [Name in Exclude<keyof PanelScope, 'words'>]?: PanelScope[Name] };

const NOTHING_MORE = {
  ...{ extras: undefined, actions: undefined, codes: undefined, locks: undefined, moderation: undefined },
} as const;

/** Shows a room in a shadow root. The one subscription to the room is here: each change draws the panel anew. */
export function mountPanel({ root }: PanelTarget, room: Room, initial: PanelOptions): MountedPanel {
  const container = document.createElement('div');
  container.className = 'natter';
  root.append(container);
  const undo = [adoptSheet(root, panelCss)];

  let options = initial;
  let isMounted = true;
  let language: Language | undefined;
  let scope: PanelScope | undefined;
  let phase = room.view().phase;
  let wantsFocus = false;
  let fetchesCodes = false;
  let leaveFullScreen: (() => void) | undefined;
  const dismissed = new Set<Notice>();

  const draw = () => {
    if (!scope) return;
    const view = room.view();
    const held = container.contains(root.activeElement);
    render(
      <PanelContext.Provider value={scope}>
        <Chat
          view={view}
          room={room}
          mode={options.mode}
          title={options.title ?? view.room}
          dismissed={dismissed}
          onClose={() => options.onClose()}
        />
      </PanelContext.Provider>,
      container,
    );
    settleFocus(view.phase !== phase && held);
    phase = view.phase;
    void fetchCodes();
  };

  /** A new phase takes away the field that had the focus: hand it on, and never take it from the page. */
  const settleFocus = (moved: boolean) => {
    const panel = container.querySelector<HTMLElement>('.panel');
    if (!panel || !(wantsFocus || moved)) return;
    wantsFocus = false;
    focusPanel(panel);
  };

  const enter = (spoken: Language, { extras = scope?.extras, actions = scope?.actions, ...others }: Fetched = {}) => {
    language = spoken;
    const { locale, catalogue } = spoken;
    const { codes = scope?.codes, locks = scope?.locks, moderation = scope?.moderation } = others;
    const english = { ...extras?.enExtras, ...codes?.enCodes, ...moderation?.enModeration };
    scope = extras
      ? {
          words: extras.createFullWords({ locale, catalogue: { ...english, ...catalogue } }),
          ...{ extras, actions, codes, locks, moderation },
        }
      : { words: createWords(spoken), ...NOTHING_MORE };
    container.lang = locale;
    container.dir = scope.words.dir;
    draw();
  };

  const speak = async () => {
    const { locale } = options;
    const spoken = isBuiltIn(locale) ? builtIn(locale) : await fetchLanguage(locale);
    if (locale === options.locale && isMounted) enter(spoken);
  };

  const fetchExtras = async () => {
    const extras = await import('./extras.ts').catch(() => undefined);
    if (!isMounted || !language) return;
    if (!extras) return whenOnline(fetchExtras);
    undo.push(adoptSheet(root, extras.extrasCss));
    enter(language, { extras });
    watchScreen();
    await Promise.all([room.isEncrypted && fetchLocks(), fetchActions()]);
  };

  const fetchLocks = async () => {
    const locks = await import('./locks.ts').catch(() => undefined);
    if (!isMounted || !language) return;
    if (!locks) return whenOnline(fetchLocks);
    undo.push(adoptSheet(root, locks.locksCss));
    enter(language, { locks });
  };

  const fetchActions = async () => {
    const actions = await import('./actions.ts').catch(() => undefined);
    if (!isMounted || !language) return;
    if (!actions) return whenOnline(fetchActions);
    undo.push(adoptSheet(root, actions.actionsCss));
    enter(language, { actions });
    await fetchModeration();
  };

  const fetchModeration = async () => {
    const moderation = await import('./moderation.ts').catch(() => undefined);
    if (!isMounted || !language) return;
    if (!moderation) return whenOnline(fetchModeration);
    undo.push(adoptSheet(root, moderation.moderationCss));
    enter(language, { moderation });
  };

  /** Once, when it shows that the room has no relay. */
  const fetchCodes = async () => {
    if (!scope?.extras || fetchesCodes || !room.view().local) return;
    fetchesCodes = true;
    const codes = await import('./codes.ts').catch(() => undefined);
    if (!isMounted || !language) return;
    fetchesCodes = codes !== undefined;
    if (!codes) return whenOnline(fetchCodes);
    undo.push(adoptSheet(root, codes.codesCss));
    enter(language, { codes });
  };

  const watchScreen = () => {
    const panel = container.querySelector<HTMLElement>('.panel');
    leaveFullScreen?.();
    leaveFullScreen =
      panel && options.mode === 'launcher' ? scope?.extras?.keepFullScreen(panel, () => options.onClose()) : undefined;
  };

  undo.push(room.subscribe(draw));
  void speak().then(fetchExtras);

  return {
    update(changes) {
      const before = options;
      options = { ...options, ...changes };
      if (options.locale !== before.locale) void speak();
      else draw();
      if (options.mode !== before.mode) watchScreen();
    },
    focus() {
      wantsFocus = true;
      settleFocus(false);
    },
    unmount() {
      isMounted = false;
      leaveFullScreen?.();
      leaveFullScreen = undefined;
      for (const step of undo.splice(0)) step();
      render(null, container);
      container.remove();
    },
  };
}

/** What could not be fetched: the room can be read and written in without it until the network is back. */
function whenOnline(fetchAgain: () => Promise<void>): void {
  addEventListener('online', () => void fetchAgain(), { once: true });
}
