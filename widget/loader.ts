import { type Settings, writeSettings } from './attributes.ts';
import { defineElement, type NatterChatElement, TAG, type WidgetApi } from './element.ts';
import { PREFIX } from './events.ts';

/** `window.Natter`: `Natter.open()` and `Natter('open')` are the same. Calls before there is a widget wait for it. */
export interface Natter extends WidgetApi {
  (method: string, ...args: readonly unknown[]): unknown;
  /** Puts the widget back on the page, or after `destroy` a new one with these settings. */
  mount(settings: Settings): void;
}

/** What a page may have put there before this script came: a function that keeps its calls in `q`. */
interface EarlyCalls {
  readonly q?: readonly ArrayLike<unknown>[];
}

declare global {
  interface Window {
    Natter?: Natter | EarlyCalls;
  }
}

/** Set by the build. */
declare const NATTER_VERSION: string;
declare const NATTER_PANEL: string;
/** What the panel and its room consist of, separated by blanks. */
declare const NATTER_CHUNKS: string;

const METHODS =
  'open close toggle show hide leave setUser setToken logout setRoom setKey setTheme send unread on once off destroy';

const { currentScript } = document;
if (currentScript instanceof HTMLScriptElement) run(currentScript);

function run(own: HTMLScriptElement): void {
  const live = window.Natter;
  const mount = live && 'mount' in live ? live.mount : start(own, live?.q ?? []);
  if (own.dataset.room !== undefined) mount(own.dataset);
}

/** Defines the element and `window.Natter`; gives its `mount`. */
function start(own: HTMLScriptElement, early: readonly ArrayLike<unknown>[]): Natter['mount'] {
  const relay = own.src.replace(/\/v[^/]+\/[^/]*$/, '');
  const folder = `${relay}/v${NATTER_VERSION}/`;
  const panel = folder + NATTER_PANEL;
  const loadPanel = (attempt: number) => {
    // All at once, and not each when the one before has come; who needs them sees to failures.
    for (const chunk of NATTER_CHUNKS.split(' ')) import(`${folder + chunk}.js`).catch(() => undefined);
    return import(attempt > 0 ? `${panel}?${attempt}` : panel);
  };
  defineElement({ relay, loadPanel });

  const waiting = Array.from(early, (call) => Array.from(call));
  let element: NatterChatElement | null = null;

  const mount = (settings: Settings) => {
    if (!element) {
      element = document.createElement(TAG);
      writeSettings(element, settings);
      element.on('destroy', () => {
        element = null;
      });
    }
    if (element.isConnected) return;
    // Not in the body: pages that swap theirs (Turbo, pjax) keep their chat, and there may be no body yet.
    if (settings.mode === 'inline') own.after(element);
    else document.documentElement.append(element);
  };

  const natter = (...call: unknown[]): unknown => {
    const [method, ...args] = call;
    const target = element ?? document.querySelector(TAG);
    if (target) return Reflect.apply(Reflect.get(target, String(method)), target, args);
    return waiting.push(call);
  };
  for (const method of METHODS.split(' ')) Reflect.set(natter, method, natter.bind(null, method));
  Reflect.set(window, 'Natter', Object.assign(natter, { mount }));

  // Capturing: calls that listen for `ready` are made before the element hears of it.
  const play = () => {
    for (const call of waiting.splice(0)) natter(...call);
  };
  window.addEventListener(`${PREFIX}ready`, play, true);
  return mount;
}
