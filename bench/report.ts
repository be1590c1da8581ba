import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Settings } from './compare.ts';
import type { Report } from './parts/part.ts';
import { plot } from './plot.ts';

const ROOT = new URL('../', import.meta.url);
const PAGE = new URL('docs/performance.md', ROOT);
const PLOT = 'images/fan-out.svg';
/** What stands between these is ours; the rest of the page is written by hand. */
const MARKS = { begin: '<!-- npm run bench: begin -->', end: '<!-- npm run bench: end -->' } as const;
const COMPARED = ['faye', 'faye-redis', 'redis', 'socket.io', '@socket.io/redis-adapter', 'ws', 'ioredis'] as const;

/** Node, processors and system. */
export function machine(): string {
  return `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${process.platform} ${process.arch}`;
}

/** Puts the reports into docs/performance.md, and their bars beside it as a picture. */
export function writeReport(reports: readonly Report[], { rounds, seconds }: Settings): void {
  const groups = reports.flatMap(({ bars }) => bars);
  if (groups.length > 0) {
    mkdirSync(new URL('docs/images/', ROOT), { recursive: true });
    writeFileSync(new URL(`docs/${PLOT}`, ROOT), plot(groups));
  }
  const picture = groups.length > 0 ? [`![Deliveries per second by server](${PLOT})`] : [];
  const date = new Date().toISOString().slice(0, 10);
  const text = [
    `${date}, ${machine()}; Redis ${redisVersion()}; ${COMPARED.map(versionOf).join(', ')}. Medians of ${rounds} rounds of`,
    `${seconds} s in which the servers take turns.`,
    '',
    ...picture,
    ...reports.flatMap(({ title, markdown }) => ['', `### ${title}`, '', markdown]),
  ].join('\n');
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(MARKS.begin), page.indexOf(MARKS.end)];
  if (begin < 0 || end < begin) throw new Error(`docs/performance.md lacks ${MARKS.begin} and ${MARKS.end}`);
  writeFileSync(PAGE, `${page.slice(0, begin + MARKS.begin.length)}\n\n${text}\n\n${page.slice(end)}`);
}

/** npm puts a package beside the others, or inside the one that wants this version of it. */
function versionOf(name: string): string {
  const places = [`${name}/package.json`, `faye-redis/node_modules/${name}/package.json`];
  const file = places.map((place) => new URL(`node_modules/${place}`, ROOT)).find((place) => existsSync(place));
  const version: unknown = file && JSON.parse(readFileSync(file, 'utf8')).version;
  return `${name} ${version ?? 'of unknown version'}`;
}

function redisVersion(): string {
  return /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1] ?? 'unknown';
}
