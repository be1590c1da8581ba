import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Metafile } from 'esbuild';

/** gzip -9 bytes that a visitor may have to fetch, promised to site owners. A kB is 1,000 bytes. */
export const BUDGETS = {
  loader: 3_000,
  panel: 23_000,
  room: 38_400,
  extras: 14_500,
  actions: 6_000,
  moderation: 3_200,
  tabs: 3_000,
  webrtc: 10_000,
  encryption: 10_000,
} as const;

/** The parts that have a budget, and bytes or files of each. */
export type ByPart<T> = Readonly<Record<keyof typeof BUDGETS, T>>;

export const PARTS: readonly (keyof typeof BUDGETS)[] = [
  'loader',
  'panel',
  'room',
  'extras',
  'actions',
  'moderation',
  'tabs',
  'webrtc',
  'encryption',
];

export type Outputs = Metafile['outputs'];

const compress = promisify(gzip);

/** Bytes of a file as a server that compresses sends them. */
export async function gzipBytes(file: string): Promise<number> {
  return (await compress(await readFile(file), { level: 9 })).length;
}

/** The outputs that load with `entry`: itself and its static imports, and theirs. */
export function staticClosure(outputs: Outputs, entry: string): ReadonlySet<string> {
  const seen = new Set([entry]);
  for (const name of seen) {
    for (const { path, kind, external } of outputs[name]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) seen.add(path);
    }
  }
  return seen;
}

/** The outputs that a dynamic import of `entry` adds to a page that has loaded `loaded`. */
export function addedBy(outputs: Outputs, entry: string, loaded: ReadonlySet<string>): readonly string[] {
  return [...staticClosure(outputs, entry)].filter((name) => !loaded.has(name));
}

/** The sizes that pass their budget, a sentence for each. */
export function overBudget(sizes: ByPart<number>): readonly string[] {
  return PARTS.filter((part) => sizes[part] > BUDGETS[part]).map(
    (part) => `${part} is ${sizes[part]} bytes, over its budget of ${BUDGETS[part]}`,
  );
}
