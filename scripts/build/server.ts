import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { ROOT, SERVER_OUT } from './paths.ts';

/** Builds the relay: `main.js` is the command, `index.js` what `import { createRelay } from 'natter'` gives. */
export async function buildServer(): Promise<void> {
  await rm(SERVER_OUT, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['./server/main.ts', './server/index.ts'],
    outdir: SERVER_OUT,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  });
}
