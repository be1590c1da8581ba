import type { WidgetEvents } from '../../widget/index.ts';
import { part, type VisitorId } from './visitor-panel.ts';

type Traffic = WidgetEvents['traffic'];

/** What a reader of the lab cares for: is it chat, its receipts, the signs of life, or the opening of a link? */
const SORTS = ['chat', 'receipts', 'signals', 'presence'] as const;
type Sort = (typeof SORTS)[number];

const SORT_OF: Readonly<Record<string, Sort>> = {
  entry: 'chat',
  entries: 'chat',
  ack: 'receipts',
  signal: 'signals',
  hello: 'signals',
  bye: 'signals',
};

/** Lines kept in the log. */
const KEPT = 120;

export interface TrafficBoard {
  show(id: VisitorId, traffic: Traffic): void;
  note(text: string): void;
  clear(): void;
}

export function sortOf(kind: string): Sort {
  return SORT_OF[kind] ?? 'presence';
}

/** Counts what is sent on each path and keeps a moving log of it. A frame is counted where it is sent. */
export function openBoard(root: HTMLElement): TrafficBoard {
  const log = part(root, '.log', HTMLElement);
  const counts = new Map<string, number>();
  const started = performance.now();

  const count = (key: string) => {
    const next = (counts.get(key) ?? 0) + 1;
    counts.set(key, next);
    const cell = root.querySelector(`[data-count="${key}"]`);
    if (cell) cell.textContent = String(next);
  };

  const add = (line: HTMLElement) => {
    log.prepend(line);
    while (log.childElementCount > KEPT) log.lastElementChild?.remove();
  };

  return {
    show(id, { path, direction, kind }) {
      if (direction === 'in') return;
      const sort = sortOf(kind);
      count(`${path} ${sort}`);
      if (sort === 'presence' && (kind === 'ping' || kind === 'pong')) return;
      add(createLine(performance.now() - started, id, path, kind, sort));
    },
    note(text) {
      const line = document.createElement('li');
      line.className = 'note';
      line.append(cell('time', clock(performance.now() - started)), cell('what', text));
      add(line);
    },
    clear() {
      counts.clear();
      log.replaceChildren();
      for (const shown of root.querySelectorAll('[data-count]')) shown.textContent = '0';
    },
  };
}

function createLine(at: number, id: VisitorId, path: Traffic['path'], kind: string, sort: Sort): HTMLElement {
  const line = document.createElement('li');
  line.dataset.path = path;
  line.dataset.sort = sort;
  line.dataset.from = id;
  const route = path === 'link' ? 'direct link' : 'relay';
  line.append(
    cell('time', clock(at)),
    cell('who', id === 'ada' ? 'Ada' : 'Bo'),
    cell('what', kind),
    cell('route', route),
  );
  return line;
}

function cell(name: string, text: string): HTMLElement {
  const span = document.createElement('span');
  span.className = name;
  span.textContent = text;
  return span;
}

/** Seconds since the page was opened, to a tenth. */
function clock(ms: number): string {
  return (ms / 1000).toFixed(1);
}
