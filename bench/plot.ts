import { thousands } from './numbers.ts';
import type { Bars } from './parts/part.ts';

/** px. */
const SIZE = { width: 760, label: 230, value: 110, bar: 18, gap: 6, title: 40, margin: 16 } as const;

/**
 * Groups of horizontal bars as SVG, ours in a colour of its own. It has a ground of its own, and colours for light and
 * for dark, so that it can be read on any page.
 */
export function plot(groups: readonly Bars[]): string {
  const drawn: string[] = [];
  let y: number = SIZE.margin;
  for (const { title, unit, bars } of groups) {
    drawn.push(`<text class="title" x="${SIZE.margin}" y="${y + 16}">${xml(title)}, ${xml(unit)}</text>`);
    y += SIZE.title - SIZE.margin;
    const most = Math.max(...bars.map(({ value }) => value));
    for (const { name, value } of bars) {
      drawn.push(bar(name, value, value / most, y));
      y += SIZE.bar + SIZE.gap;
    }
    y += SIZE.margin;
  }
  const { width } = SIZE;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img">
<title>${groups.map(({ title }) => xml(title)).join('; ')}</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.ground { fill: #ffffff }
.bar { fill: #8c959f }
.ours { fill: #0969da }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.ground { fill: #0d1117 }
.bar { fill: #6e7681 }
.ours { fill: #4493f8 }
}
</style>
<rect class="ground" width="${width}" height="${y}" rx="6"/>
${drawn.join('\n')}
</svg>
`;
}

function bar(name: string, value: number, part: number, y: number): string {
  const { width, margin, label, value: room, bar: height } = SIZE;
  const x = margin + label;
  const length = Math.max(1, Math.round((width - x - room - margin) * part));
  const kind = name.startsWith('natter') ? 'bar ours' : 'bar';
  return [
    `<text x="${x - 8}" y="${y + 14}" text-anchor="end">${xml(name)}</text>`,
    `<rect class="${kind}" x="${x}" y="${y}" width="${length}" height="${height}" rx="3"/>`,
    `<text x="${x + length + 8}" y="${y + 14}">${thousands(value)}</text>`,
  ].join('');
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
