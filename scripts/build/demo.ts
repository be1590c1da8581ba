import { cp, readdir, rm } from 'node:fs/promises';
import { posix, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { BROWSER_OPTIONS } from './browser.ts';
import { DEMO_OUT, ROOT, VERSION } from './paths.ts';

/** Builds the demo pages: HTML and styles as they are, one script for each page. */
export async function buildDemo(): Promise<void> {
  await rm(DEMO_OUT, { recursive: true, force: true });
  await cp(`${ROOT}demo/pages`, DEMO_OUT, { recursive: true });
  await build({
    ...BROWSER_OPTIONS,
    entryPoints: ['./demo/article.ts', './demo/lab.ts', './demo/visitor.ts', './demo/room.ts', './demo/local.ts'],
    outdir: `${DEMO_OUT}/assets`,
    format: 'iife',
  });
  await buildServiceWorker();
}

/** Comes last, as it is told what all the rest of the demo is. */
async function buildServiceWorker(): Promise<void> {
  const found = await readdir(DEMO_OUT, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((item) => item.isFile())
    .map((item) => `/${posix.join(relative(DEMO_OUT, item.parentPath).replaceAll(sep, '/'), item.name)}`)
    .map((path) => path.replace(/(?:index)?\.html$/, ''))
    .sort();
  await build({
    ...BROWSER_OPTIONS,
    entryPoints: { 'service-worker': './demo/offline/service-worker.ts' },
    outdir: DEMO_OUT,
    format: 'iife',
    define: {
      ...BROWSER_OPTIONS.define,
      NATTER_VERSION: JSON.stringify(VERSION),
      NATTER_DEMO_PATHS: JSON.stringify(paths),
    },
  });
}
