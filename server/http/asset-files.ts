import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A built file, ready to be sent. */
export interface Asset {
  readonly body: Buffer;
  /** Where it is smaller than the body. */
  readonly gzip: Buffer | undefined;
  /** What Express makes a Content-Type of. */
  readonly type: string;
}

/** The files under a folder by their path (`/lab.html`), without dot files; none where there is no such folder. */
export function loadAssets(folder: string): ReadonlyMap<string, Asset> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name));
  return new Map(
    files
      .map((file) => [`/${relative(folder, file).replaceAll(sep, '/')}`, file] as const)
      .filter(([path]) => !path.includes('/.'))
      .map(([path, file]) => [path, loadAsset(file)]),
  );
}

function loadAsset(file: string): Asset {
  const body = readFileSync(file);
  const gzip = gzipSync(body, { level: 9 });
  return {
    body,
    gzip: gzip.length < body.length ? gzip : undefined,
    type: extname(file) || 'application/octet-stream',
  };
}
