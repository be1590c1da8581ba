import type { Faults } from './lab/faults.ts';
import { openMeasures } from './lab/measures-board.ts';
import { openBoard } from './lab/traffic-board.ts';
import { openVisitor, part, type VisitorId, type VisitorListener } from './lab/visitor-panel.ts';
import { openMap } from './lab/wire-map.ts';

const BURST = 20;

const room = roomOfLab();
const map = openMap(part(document, '.map', HTMLElement));
const board = openBoard(part(document, '.board', HTMLElement));
const measures = openMeasures(part(document, '.board', HTMLElement));
const links = { ada: false, bo: false };

const listener: VisitorListener = {
  traffic(id, traffic) {
    board.show(id, traffic);
    map.travel(id, traffic);
  },
  observation: (observation) => measures.show(observation),
  faults(id, faults) {
    map.cut(id, faults);
    board.note(`${nameOf(id)}: ${describe(faults)}`);
  },
  connection(id, { path, peers }) {
    links[id] = peers > 0 && path !== 'offline';
    map.linked(links.ada && links.bo);
  },
};

for (const id of ['ada', 'bo'] as const) {
  const card = part(document, `[data-visitor="${id}"]`, HTMLElement);
  const visitor = openVisitor(card, id, room, listener);
  let sent = 0;
  part(card, '.burst', HTMLButtonElement).addEventListener('click', () => {
    visitor.say(Array.from({ length: BURST }, () => `${nameOf(id)}, message ${++sent}`));
  });
}

part(document, '.clear', HTMLButtonElement).addEventListener('click', () => {
  board.clear();
  measures.clear();
});
part(document, '.room-name', HTMLElement).textContent = room;

/** A room of its own for each visit, kept in the address so that a reload finds it again. */
function roomOfLab(): string {
  const address = new URL(location.href);
  const known = address.searchParams.get('room');
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  const fresh = `lab-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  address.searchParams.set('room', fresh);
  history.replaceState(null, '', address);
  return fresh;
}

function nameOf(id: VisitorId): string {
  return id === 'ada' ? 'Ada' : 'Bo';
}

function describe({ direct, relay, offline }: Faults): string {
  if (offline) return 'offline';
  const broken = [...(direct ? ['direct links blocked'] : []), ...(relay ? ['relay cut'] : [])];
  return broken.length === 0 ? 'all clear' : broken.join(', ');
}
