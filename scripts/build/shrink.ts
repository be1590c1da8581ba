import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { minify } from 'terser';

/** `refuse('code', 'a sentence')` in the parsers of the wire. */
const REFUSAL = /refuse\(('[a-z_]+'), (?:'[^']*'|`[^`]*`)\)/g;

/**
 * Leaves the sentences of refusals out of what browsers load: the widget acts on codes, and frames that it can't read
 * are dropped without a word. The relay keeps them; so does rooms.ts, whose sentences a site owner reads.
 */
export const plainRefusals: Plugin = {
  name: 'plain-refusals',
  setup(build) {
    build.onLoad(
      {
        filter:
          /[\\/](?:protocol[\\/](?:cards|certificate|channels|codes|descriptions|entry|frames|handshake|have|join|moderation|payloads|signals)|signed-signals|code-desk|local-links|runtime[\\/](?:paths|peers))\.ts$/,
      },
      async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replace(REFUSAL, "refuse($1, '')"),
        loader: 'ts',
      }),
    );
  },
};

/** Joins the lines of stylesheets, which stand in template literals that no minifier touches. */
export const denseStyles: Plugin = {
  name: 'dense-styles',
  setup(build) {
    build.onLoad({ filter: /[\\/]widget[\\/]theme[\\/].*-css\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/`[^`]*`/g, (css) => css.replace(/([{};])\n+/g, '$1')),
      loader: 'ts',
    }));
  },
};

/** Chunks that load when another is there, by the file that makes them, and that other, as they import it. */
const AFTER: readonly (readonly [chunk: RegExp, after: string])[] = [
  [/[\\/]widget[\\/]lead-room\.ts$/, './panel.ts'],
  [/[\\/]widget[\\/](?:ui[\\/]extras|i18n[\\/](?:ar|de|es|fr|ja|pt|zh))\.ts$/, '../panel.ts'],
  [/[\\/]widget[\\/]ui[\\/](?:actions|locks)\.ts$/, './extras.ts'],
  [/[\\/]widget[\\/]ui[\\/]moderation\.ts$/, './actions.ts'],
  [/[\\/]widget[\\/]encryption\.ts$/, './lead-room.ts'],
  [/[\\/]widget[\\/](?:net[\\/]links|core[\\/](?:details|deciding))\.ts$/, '../lead-room.ts'],
  [/[\\/]widget[\\/]local-room\.ts$/, './lead-room.ts'],
  [/[\\/]widget[\\/]ui[\\/]codes\.ts$/, './extras.ts'],
];

/**
 * Makes such chunks import what is there already as a whole, so that esbuild puts what both use into one file with the
 * rest of that instead of a file of its own: one dictionary for gzip, one request less.
 */
export const oneFilePerChunk: Plugin = {
  name: 'one-file-per-chunk',
  setup(build) {
    for (const [filter, after] of AFTER)
      build.onLoad({ filter }, async ({ path }) => ({
        contents: `${await readFile(path, 'utf8')}\nimport '${after}';`,
        loader: 'ts',
      }));
  },
};

/** Leaves a dynamic import of a file that another build has made, under its built name. */
export function importedByName(source: string, built: string): Plugin {
  return {
    name: 'imported-by-name',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path, kind }) =>
        path === source && kind === 'dynamic-import' ? { path: built, external: true } : undefined,
      );
    },
  };
}

/** Runs terser over a folder's scripts: 4% less (gzip) than esbuild alone. Private names of faye and simple-peer go, too. */
export async function shrink(folder: string): Promise<void> {
  const nameCache = {};
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  // One after the other: the names given to one file go into the next, and two builds give the same files.
  for (const name of names.sort()) {
    const code = await readFile(`${folder}/${name}`, 'utf8');
    const module = name !== 'natter.js';
    const compress = { ecma: 2020, passes: 4, pure_getters: true, keep_fargs: false } as const;
    const mangle = { properties: { regex: /^_[a-z]/ } };
    const { code: smaller = code } = await minify(code, { module, compress, mangle, nameCache });
    await writeFile(`${folder}/${name}`, smaller);
  }
}
