import type { WidgetEvents } from '../../widget/index.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import { type FromFrame, listen, tell } from './messages.ts';

export type VisitorId = 'ada' | 'bo';

export interface VisitorPanel {
  readonly id: VisitorId;
  /** Messages for the burst button. */
  say(texts: readonly string[]): void;
}

export interface VisitorListener {
  traffic(id: VisitorId, traffic: WidgetEvents['traffic']): void;
  observation(observation: WidgetEvents['observation']): void;
  faults(id: VisitorId, faults: Faults): void;
  connection(id: VisitorId, connection: WidgetEvents['connection']): void;
}

const PATHS = {
  connecting: 'Connecting',
  waiting: 'Waiting',
  direct: 'Direct',
  mixed: 'Mixed',
  relayed: 'Relayed',
  offline: 'Offline',
} as const;

/** One visitor's card: the frame with their widget, their switches, and a chip that says how they are connected. */
export function openVisitor(card: HTMLElement, id: VisitorId, room: string, listener: VisitorListener): VisitorPanel {
  const frame = part(card, 'iframe', HTMLIFrameElement);
  const chip = part(card, '.chip', HTMLElement);
  const name = card.dataset.name ?? id;
  let faults = NO_FAULTS;
  const send = () => frame.contentWindow && tell(frame.contentWindow, { type: 'faults', faults });

  for (const box of card.querySelectorAll<HTMLInputElement>('input[name]')) {
    box.addEventListener('change', () => {
      faults = { ...faults, [box.name]: box.checked };
      card.dataset.offline = String(faults.offline);
      send();
      listener.faults(id, faults);
    });
  }

  listen<FromFrame>(
    () => frame.contentWindow,
    (message) => {
      if (message.type === 'ready') send();
      else if (message.type === 'traffic') listener.traffic(id, message.traffic);
      else if (message.type === 'observation') listener.observation(message.observation);
      else {
        const { path, peers } = message.connection;
        chip.dataset.path = path;
        chip.textContent = path === 'mixed' ? `${PATHS[path]}, ${peers} direct` : PATHS[path];
        listener.connection(id, message.connection);
      }
    },
  );

  frame.src = `/visitor?${new URLSearchParams({ room, name, title: `${name}’s view`, profile: `lab-${id}`, accent: card.dataset.accent ?? '' })}`;
  return {
    id,
    say: (texts) => frame.contentWindow && tell(frame.contentWindow, { type: 'say', texts }),
  };
}

/** The one element that a selector names; the page's own markup must have it. */
export function part<T extends Element>(root: ParentNode, selector: string, type: new () => T): T {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
  return found;
}
