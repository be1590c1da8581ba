import { cp, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { BROWSER_OPTIONS } from './browser.ts';
import { DEMO_OUT, ROOT } from './paths.ts';

/** Builds the demo pages: HTML and styles as they are, one script for each page. */
export async function buildDemo(): Promise<void> {
  await rm(DEMO_OUT, { recursive: true, force: true });
  await cp(`${ROOT}demo/pages`, DEMO_OUT, { recursive: true });
  await build({
    ...BROWSER_OPTIONS,
    entryPoints: ['./demo/article.ts', './demo/lab.ts', './demo/visitor.ts', './demo/room.ts'],
    outdir: `${DEMO_OUT}/assets`,
    format: 'iife',
  });
}
