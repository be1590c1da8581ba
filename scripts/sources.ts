import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A project file, with `/` between folders whatever the system. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

const FOLDERS = ['protocol', 'server', 'widget', 'demo', 'test', 'bench', 'scripts'];

/** Every TypeScript file of the project (or of the folders given), sorted by path. */
export function readSources(folders: readonly string[] = FOLDERS): readonly Source[] {
  return listFiles(folders)
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** Every file under the folders that exist, sorted by path. */
export function listFiles(folders: readonly string[]): readonly string[] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((item) => item.isFile())
        .map((item) => join(item.parentPath, item.name).replaceAll('\\', '/')),
    )
    .sort();
}
