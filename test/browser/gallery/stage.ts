import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { build } from 'esbuild';

/** Serves the gallery's page on loopback, under the policy of a strict host page (widget.md's, and Trusted Types). */
export async function openStage(): Promise<{ url: string; close(): void }> {
  const files = new Map([
    ['/gallery.js', { type: 'text/javascript', body: await bundle() }],
    ['/host.css', { type: 'text/css', body: await read('host.css') }],
    ['/small.css', { type: 'text/css', body: ':root { --natter-font-size: 11px; }' }],
    ['/hostile.css', { type: 'text/css', body: await read('hostile.css') }],
  ]);
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stage');
    const file = files.get(pathname);
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('content-type', `${file?.type ?? 'text/html'}; charset=utf-8`);
    response.end(file?.body ?? page(searchParams.get('css') ?? 'host', searchParams.has('inline')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => server.close() };
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

function page(css: string, hasInline: boolean): string {
  return `<!doctype html><html lang="en"><head><title>Gallery</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/${css === 'hostile' ? 'hostile' : 'host'}.css"><script type="module" src="/gallery.js"></script></head>
<body><main><h1>The lighthouse keeper’s library</h1>
<p>For eleven winters nobody came to the tower but the mail boat, and the mail boat brought books. He read them in the
order they arrived, which is to say in no order at all, and wrote the date inside each cover.</p>
<p>When the light was made automatic he stayed on as its librarian. Visitors climb the stairs for the view and come down
an hour later with a novel under their arm, having forgotten to look.</p>${hasInline ? '<div id="inline"></div>' : ''}</main></body></html>`;
}

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [new URL('page.tsx', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return result.outputFiles[0]?.text ?? '';
}

function read(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8');
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
