import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { BROWSER_OPTIONS } from './browser.mjs';
import { addedBy, checkBudgets, gzipBytes, staticClosure } from './budgets.mjs';
import { EXACT_OUT, FLOATING_OUT, PUBLIC_OUT, ROOT, VERSION } from './paths.mjs';
import { report } from './report.mjs';

/** Builds what pages load: the loader, the panel's chunks and the ESM API; fails when a size budget is passed. */
export async function buildWidget() {
  await rm(PUBLIC_OUT, { recursive: true, force: true });
  const outputs = await buildModules();
  const panel = outputOf(outputs, 'widget/panel.ts');
  await buildLoader(panel.slice(panel.lastIndexOf('/') + 1));
  await writeFile(`${ROOT}dist/widget.js`, `export * from './public/v${VERSION}/widget.js';\n`);

  const closures = loads(outputs, panel);
  const sizes = Object.fromEntries(
    await Promise.all(Object.entries(closures).map(async ([name, files]) => [name, await bytesOf(files)])),
  );
  await report(sizes);
  checkBudgets(sizes);
}

/** The ESM part: `widget.js` for bundlers and module scripts, and the chunks that it and the loader import lazily. */
async function buildModules() {
  const { metafile } = await build({
    ...BROWSER_OPTIONS,
    entryPoints: { widget: './widget/index.ts' },
    outdir: EXACT_OUT,
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    define: { ...BROWSER_OPTIONS.define, NATTER_VERSION: JSON.stringify(VERSION) },
    metafile: true,
  });
  return metafile.outputs;
}

/** The script that a site owner pastes. It knows the panel's file by name, as it can't share a build with ESM. */
async function buildLoader(panelFile) {
  await build({
    ...BROWSER_OPTIONS,
    entryPoints: { natter: './widget/loader.ts' },
    outdir: EXACT_OUT,
    format: 'iife',
    define: {
      ...BROWSER_OPTIONS.define,
      NATTER_VERSION: JSON.stringify(VERSION),
      NATTER_PANEL: JSON.stringify(panelFile),
    },
  });
  await mkdir(FLOATING_OUT, { recursive: true });
  await copyFile(`${EXACT_OUT}/natter.js`, `${FLOATING_OUT}/natter.js`);
}

/** Which files a page loads: at first, when the panel opens, and when links are wanted. */
function loads(outputs, panel) {
  const opened = staticClosure(outputs, panel);
  const links = Object.keys(outputs).find((name) => 'node_modules/simple-peer/index.js' in outputs[name].inputs);
  if (links === undefined || opened.has(links)) throw new Error('simple-peer is not in a chunk of its own');
  return {
    loader: [`${FLOATING_OUT}/natter.js`],
    panel: [...opened].map((name) => ROOT + name),
    webrtc: [...addedBy(outputs, links, opened)].map((name) => ROOT + name),
  };
}

function outputOf(outputs, entryPoint) {
  const found = Object.keys(outputs).find((name) => outputs[name].entryPoint === entryPoint);
  if (found === undefined) throw new Error(`${entryPoint} is not imported dynamically by the widget`);
  return found;
}

async function bytesOf(files) {
  const sizes = await Promise.all(files.map(gzipBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
}
