import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecord, isText, parseJson } from '../../protocol/json.ts';

/** The folder of this package, whether it runs from its sources or from dist. */
const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

/** A folder of this package by its path in it. */
export function packageFolder(path: string): string {
  return join(ROOT, path);
}

/** The exact version of this package, such as `1.2.3`. */
export function packageVersion(): string {
  const manifest = parseJson(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  if (!isRecord(manifest) || !isText(manifest.version)) throw new Error('package.json has no version');
  return manifest.version;
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('package.json of natter not found');
  return findRoot(parent);
}
