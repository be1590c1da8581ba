import type { WidgetEvents } from '../../widget/index.ts';
import type { Faults } from './faults.ts';
import { sortOf } from './traffic-board.ts';
import { part, type VisitorId } from './visitor-panel.ts';

type Traffic = WidgetEvents['traffic'];
type Point = readonly [x: number, y: number];

const SVG = 'http://www.w3.org/2000/svg';
/** In the units of the drawing's viewBox. */
const PLACES: Readonly<Record<VisitorId | 'relay', Point>> = { ada: [60, 96], bo: [540, 96], relay: [300, 30] };
/** ms that a dot is under way. */
const TRAVEL = 420;
/** Dots under way at once; a burst shows some of its frames. */
const MOST_DOTS = 40;

export interface WireMap {
  /** A frame travels along its path. */
  travel(id: VisitorId, traffic: Traffic): void;
  /** A visitor's lines are drawn as they stand. */
  cut(id: VisitorId, faults: Faults): void;
  /** The link between the two is open, or not. */
  linked(isOpen: boolean): void;
}

/** Draws two visitors, the relay and the lines between them, and moves a dot for each frame. */
export function openMap(root: HTMLElement): WireMap {
  const drawing = part(root, 'svg', SVGSVGElement);
  const dots = part(drawing, '.dots', SVGGElement);
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const blocked = { ada: false, bo: false };

  return {
    travel(id, { path, direction, kind }) {
      const other = id === 'ada' ? 'bo' : 'ada';
      if (isCalm || dots.childElementCount >= MOST_DOTS || document.hidden) return;
      if (path === 'link' && direction === 'out') move(dots, PLACES[id], PLACES[other], kind);
      if (path === 'relay' && direction === 'out') move(dots, PLACES[id], PLACES.relay, kind);
      if (path === 'relay' && direction === 'in') move(dots, PLACES.relay, PLACES[id], kind);
    },
    cut(id, faults) {
      blocked[id] = faults.direct || faults.offline;
      const relay = drawing.querySelector(`[data-line="${id}"]`);
      relay?.classList.toggle('cut', faults.relay || faults.offline);
      drawing.querySelector('[data-line="link"]')?.classList.toggle('cut', blocked.ada || blocked.bo);
    },
    linked(isOpen) {
      drawing.querySelector('[data-line="link"]')?.classList.toggle('open', isOpen);
    },
  };
}

function move(layer: SVGGElement, from: Point, to: Point, kind: string): void {
  const dot = document.createElementNS(SVG, 'circle');
  dot.setAttribute('r', sortOf(kind) === 'chat' ? '5' : '3');
  dot.setAttribute('class', sortOf(kind));
  layer.append(dot);
  const at = ([x, y]: Point) => ({ transform: `translate(${x}px, ${y}px)` });
  const journey = dot.animate([at(from), at(to)], { duration: TRAVEL, easing: 'ease-in-out' });
  journey.onfinish = () => dot.remove();
  journey.oncancel = () => dot.remove();
}
