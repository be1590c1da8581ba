import { type Measures, Meter, type Observation } from './measures.ts';
import { part } from './visitor-panel.ts';

export interface MeasuresBoard {
  show(observation: Observation): void;
  clear(): void;
}

/** Shows what both visitors' widgets measure, in the cells that the page names. */
export function openMeasures(root: HTMLElement): MeasuresBoard {
  let meter = new Meter();
  const draw = () => {
    for (const [name, text] of Object.entries(cellsOf(meter.read()))) {
      part(root, `[data-measure="${name}"]`, HTMLElement).textContent = text;
    }
  };
  return {
    show(observation) {
      meter.add(observation);
      draw();
    },
    clear() {
      meter = new Meter();
      draw();
    },
  };
}

function cellsOf({ link, relay, retries, links, setUp }: Measures): Readonly<Record<string, string>> {
  return {
    'link trip': milliseconds(link.roundTrip),
    'link jitter': milliseconds(link.jitter),
    'link lost': String(link.lost),
    'link twice': String(link.duplicates),
    'relay trip': milliseconds(relay.roundTrip),
    'relay jitter': milliseconds(relay.jitter),
    'relay twice': String(relay.duplicates),
    retries: String(retries),
    opened: setUp === undefined ? String(links.opened) : `${links.opened} in ${milliseconds(setUp)}`,
    failed: String(links.failed),
    closed: String(links.closed),
  };
}

function milliseconds(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
