import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { BROWSER_OPTIONS } from './browser.ts';
import { addedBy, type ByPart, gzipBytes, type Outputs, overBudget, PARTS, staticClosure } from './budgets.ts';
import { EXACT_OUT, FLOATING_OUT, PUBLIC_OUT, ROOT, VERSION } from './paths.ts';
import { report } from './report.ts';
import { importedByName, oneFilePerChunk, shrink } from './shrink.ts';

/** Builds what pages load: the loader, the panel's chunks and the ESM API; a size over budget fails it when `strict`. */
export async function buildWidget({ strict }: { readonly strict: boolean }): Promise<void> {
  await rm(PUBLIC_OUT, { recursive: true, force: true });
  const outputs = await buildPanel();
  const panel = outputOf(outputs, 'widget/panel.ts');
  const panelFile = panel.slice(panel.lastIndexOf('/') + 1);
  const files = filesOf(outputs, panel);
  const chunks = [...files.panel, ...files.room].map((file) => file.slice(file.lastIndexOf('/') + 1));
  await Promise.all([buildLoader(panelFile, chunks), buildApi(panelFile)]);
  if (strict) await shrink(EXACT_OUT);
  // For a page's own service worker: all there is to keep.
  await writeFile(`${EXACT_OUT}/files.json`, JSON.stringify((await readdir(EXACT_OUT)).sort()));
  await mkdir(FLOATING_OUT, { recursive: true });
  await copyFile(`${EXACT_OUT}/natter.js`, `${FLOATING_OUT}/natter.js`);
  await writeFile(`${ROOT}dist/widget.js`, `export * from './public/v${VERSION}/widget.js';\n`);

  const sizes = await sizesOf(files);
  await report(sizes);
  const over = overBudget(sizes);
  if (over.length === 0) return;
  const sentence = `size budget: ${over.join('; ')}`;
  if (strict) throw new Error(sentence);
  console.error(sentence);
}

/** The panel and what it imports lazily. */
async function buildPanel(): Promise<Outputs> {
  const { metafile } = await build({
    ...BROWSER_OPTIONS,
    entryPoints: { panel: './widget/panel.ts' },
    outdir: EXACT_OUT,
    format: 'esm',
    splitting: true,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    plugins: [...BROWSER_OPTIONS.plugins, oneFilePerChunk],
    define: { ...BROWSER_OPTIONS.define, NATTER_VERSION: JSON.stringify(VERSION) },
    metafile: true,
  });
  return metafile.outputs;
}

/** `widget.js` for bundlers and module scripts, which imports the panel when it is opened. */
async function buildApi(panelFile: string): Promise<void> {
  await build({
    ...BROWSER_OPTIONS,
    entryPoints: { widget: './widget/index.ts' },
    outdir: EXACT_OUT,
    format: 'esm',
    plugins: [...BROWSER_OPTIONS.plugins, importedByName('./panel.ts', `./${panelFile}`)],
    define: { ...BROWSER_OPTIONS.define, NATTER_VERSION: JSON.stringify(VERSION) },
  });
}

/** The script that a site owner pastes. It knows the panel's file by name, as it can't share a build with ESM. */
async function buildLoader(panelFile: string, chunks: readonly string[]): Promise<void> {
  await build({
    ...BROWSER_OPTIONS,
    entryPoints: { natter: './widget/loader.ts' },
    outdir: EXACT_OUT,
    format: 'iife',
    define: {
      ...BROWSER_OPTIONS.define,
      NATTER_VERSION: JSON.stringify(VERSION),
      NATTER_PANEL: JSON.stringify(panelFile),
      NATTER_CHUNKS: JSON.stringify(
        chunks
          .filter((name) => name !== panelFile)
          .map((name) => name.replace(/\.js$/, ''))
          .join(' '),
      ),
    },
  });
}

/** Which files a page loads: at first, when the panel opens and for its room, once that is drawn, for a second tab, for links, for encryption. */
function filesOf(outputs: Outputs, panel: string): ByPart<readonly string[]> {
  const opened = staticClosure(outputs, panel);
  const room = addedBy(outputs, chunkWith(outputs, opened, 'widget/lead-room.ts'), opened);
  const links = chunkWith(outputs, opened, 'node_modules/simple-peer/index.js');
  const tabs = chunkWith(outputs, opened, 'widget/runtime/tabs/tabs.ts');
  const painted = ['widget/ui/extras.ts', 'widget/view-events.ts'].map((file) => chunkWith(outputs, opened, file));
  const extras = painted.flatMap((chunk) => addedBy(outputs, chunk, opened));
  const later = new Set([...opened, ...room, ...extras]);
  const locks = ['widget/encryption.ts', 'widget/ui/locks.ts', 'widget/ui/qr.ts'].map((file) =>
    chunkWith(outputs, opened, file),
  );
  const actions = addedBy(outputs, chunkWith(outputs, opened, 'widget/ui/actions.ts'), later);
  const moderation = chunkWith(outputs, opened, 'widget/ui/moderation.ts');
  return {
    loader: [`${FLOATING_OUT}/natter.js`],
    panel: [...opened].map((name) => ROOT + name),
    extras: extras.map((name) => ROOT + name),
    actions: actions.map((name) => ROOT + name),
    moderation: addedBy(outputs, moderation, new Set([...opened, ...extras, ...actions])).map((name) => ROOT + name),
    tabs: addedBy(outputs, tabs, opened).map((name) => ROOT + name),
    room: room.map((name) => ROOT + name),
    webrtc: addedBy(outputs, links, new Set([...opened, ...room])).map((name) => ROOT + name),
    encryption: [...new Set(locks.flatMap((chunk) => addedBy(outputs, chunk, later)))].map((name) => ROOT + name),
  };
}

/** The chunk that holds a file and does not load with the panel. */
function chunkWith(outputs: Outputs, opened: ReadonlySet<string>, input: string): string {
  const chunk = Object.keys(outputs).find((name) => hasInput(outputs, name, input));
  if (chunk === undefined || opened.has(chunk)) throw new Error(`${input} is not in a chunk of its own`);
  return chunk;
}

function hasInput(outputs: Outputs, name: string, input: string): boolean {
  return Object.keys(outputs[name]?.inputs ?? {}).some((path) => path.endsWith(input));
}

function outputOf(outputs: Outputs, entryPoint: string): string {
  const found = Object.keys(outputs).find((name) => outputs[name]?.entryPoint === entryPoint);
  if (found === undefined) throw new Error(`${entryPoint} is not imported dynamically by the widget`);
  return found;
}

async function sizesOf(files: ByPart<readonly string[]>): Promise<ByPart<number>> {
  const [
    loader = 0,
    panel = 0,
    room = 0,
    extras = 0,
    actions = 0,
    moderation = 0,
    tabs = 0,
    webrtc = 0,
    encryption = 0,
  ] = await Promise.all(PARTS.map((part) => bytesOf(files[part])));
  return { loader, panel, room, extras, actions, moderation, tabs, webrtc, encryption };
}

async function bytesOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(gzipBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
}
