import { isPresetName, SCHEMES } from './theme/presets.ts';
import { isColour } from './theme/values.ts';

/** The button that opens the chat, as the loader makes it; launcher-state.ts gives it the rest. */
export interface Launcher {
  readonly button: HTMLButtonElement;
  /** The panel could not be fetched: says so in place of the icon, until it can. */
  setFailed(failed: boolean): void;
  /** As much of a theme as shows before the panel is there. */
  setTheme(theme: string, accent: string): void;
}

const BUBBLE = 'M5 4h14a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-8l-5 4v-4H5a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3z';

export function createLauncher(onClick: () => void, onNear: () => void): Launcher {
  const button = document.createElement('button');
  const open = document.createElement('span');
  const slot = document.createElement('slot');
  slot.name = 'launcher-icon';
  slot.append(createIcon(BUBBLE));
  open.className = 'open';
  open.append(slot);
  button.setAttribute('part', 'launcher');
  button.onclick = onClick;
  button.onpointerenter = onNear;
  const setFailed = (failed: boolean) => {
    button.replaceChildren(failed ? 'Retry' : open);
    button.ariaLabel = failed ? 'Retry: the chat could not be loaded' : 'Open chat';
  };
  setFailed(false);
  button.ariaExpanded = 'false';
  return {
    button,
    setFailed,
    setTheme(theme, accent) {
      button.style.setProperty('--_scheme', SCHEMES[isPresetName(theme) ? theme : 'auto']);
      button.style.setProperty('--_pick-accent', isColour(accent) ? accent : '');
    },
  };
}

/** A filled shape of 24 by 24 in the colour of the text around it. */
export function createIcon(path: string): Element {
  const [svg, shape] = [createShape('svg'), createShape('path')];
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('fill', 'currentColor');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

function createShape(tag: string): Element {
  return document.createElementNS('http://www.w3.org/2000/svg', tag);
}
