import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** gzip -9 bytes that a visitor may have to fetch; widget.md's promise to site owners. kB are 1,000 bytes. */
export const BUDGETS = { loader: 3_000, panel: 40_000, webrtc: 10_000 };

const compress = promisify(gzip);

/** Bytes of a file as a server that compresses sends them. */
export async function gzipBytes(file) {
  return (await compress(await readFile(file), { level: 9 })).length;
}

/** The outputs of an esbuild metafile that load with `entry`: itself and its static imports, theirs too. */
export function staticClosure(outputs, entry) {
  const seen = new Set([entry]);
  for (const output of seen) {
    const statics = outputs[output].imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
    for (const { path } of statics) seen.add(path);
  }
  return seen;
}

/** The outputs that a dynamic import of `entry` adds to a page that has loaded `loaded`. */
export function addedBy(outputs, entry, loaded) {
  return new Set([...staticClosure(outputs, entry)].filter((output) => !loaded.has(output)));
}

/** Refuses sizes over budget with one line that names each. */
export function checkBudgets(sizes) {
  const over = Object.entries(BUDGETS).filter(([name, budget]) => (sizes[name] ?? 0) > budget);
  if (over.length === 0) return;
  const lines = over.map(([name, budget]) => `${name} is ${sizes[name]} bytes, over its budget of ${budget}`);
  throw new Error(`size budget: ${lines.join('; ')}`);
}
