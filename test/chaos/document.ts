import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const DOCUMENT = 'docs/chaos.md';

/** Writes figures into docs/chaos.md between the markers of this name, with the machine that they are of. */
export function writeFigures(name: string, figures: string): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  writeFileSync(DOCUMENT, betweenMarkers(text, name, `${figures}\n\n${machine()}`));
}

/** The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced. Throws where a marker is missing. */
export function betweenMarkers(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`no markers of ${name}`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

function machine(): string {
  return `Node ${process.version.slice(1)}, ${cpus().length} x ${cpus()[0]?.model}, for clients, networks, relays and Redis together.`;
}
