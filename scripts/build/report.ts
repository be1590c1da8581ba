import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { BUDGETS, type ByPart, gzipBytes, PARTS } from './budgets.ts';
import { EXACT_OUT, ROOT, VERSION } from './paths.ts';

interface PublicFile {
  readonly path: string;
  readonly bytes: number;
  readonly sri: string;
}

/** Prints each part's size beside its budget and each exact-version file's size and integrity, and keeps the latter. */
export async function report(sizes: ByPart<number>): Promise<void> {
  const parts = PARTS.map((part) => `  ${part.padEnd(11)}${whole(sizes[part])} of ${whole(BUDGETS[part])}`);
  const files = await integrity();
  const rows = files.map(({ path, bytes, sri }) => `  ${path.padEnd(34)}${kB(bytes).padStart(6)} kB  ${sri}`);
  console.log(['bytes, gzip -9:', ...parts, 'files and their integrity:', ...rows].join('\n'));
  const entries = files.map(({ path, sri }) => [path, sri]);
  await writeFile(`${ROOT}dist/integrity.json`, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}

/** Subresource integrity (W3C SRI, sha384) of all files under the exact version's path. */
async function integrity(): Promise<readonly PublicFile[]> {
  const names = (await readdir(EXACT_OUT)).sort();
  return Promise.all(
    names.map(async (name) => {
      const hash = createHash('sha384')
        .update(await readFile(`${EXACT_OUT}/${name}`))
        .digest('base64');
      return { path: `/v${VERSION}/${name}`, bytes: await gzipBytes(`${EXACT_OUT}/${name}`), sri: `sha384-${hash}` };
    }),
  );
}

/** To the byte: names of chunks change with what is in them, and a part that is full by some bytes fails the next build. */
function whole(bytes: number): string {
  return bytes.toLocaleString('en').padStart(6);
}

function kB(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
