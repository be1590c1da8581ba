import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { slimFaye } from '../../scripts/build/faye.ts';
import { ROOT } from '../../scripts/build/paths.ts';

/** A file that Node can run. */
export interface NodeBundle {
  readonly file: string;
  remove(): Promise<void>;
}

/** Builds a file that uses parts of the widget for a Node process: with the faye that the widget has, and its transports. */
export async function bundleForNode(entry: string): Promise<NodeBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'natter-bundle-'));
  const file = join(folder, 'main.cjs');
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['bufferutil', 'utf-8-validate'],
    plugins: [browserCookies, slimFaye],
    logLevel: 'warning',
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** faye's folder for cookies has a file for each platform; the widget's build takes the browser's, which has none. */
const browserCookies: Plugin = {
  name: 'browser-cookies',
  setup(build) {
    build.onResolve({ filter: /\/util\/cookies$/ }, () => ({
      path: `${ROOT}node_modules/faye/src/util/cookies/browser_cookies.js`,
    }));
  },
};
