import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A page on an origin of its own that embeds the widget, as a site owner's does. */
export interface HostPage {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves a page whose body holds `tag`, and nothing else.
 * @param tls files in PEM: the page is then served by https
 */
export async function serveHostPage(
  tag: string | (() => string),
  headers: Readonly<Record<string, string>> = {},
  tls?: { readonly cert: string; readonly key: string },
): Promise<HostPage> {
  const html = () =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title><body><h1>A page</h1>${typeof tag === 'string' ? tag : tag()}</body></html>`;
  const serve: RequestListener = (request, response) => {
    if (request.url === '/favicon.ico') response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html());
  };
  const server = tls
    ? createTlsServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, serve)
    : createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The tag that a site owner pastes, for a room of this relay. */
export function pastedTag(relay: string, room: string, attributes = ''): string {
  return `<script async src="${relay}/v1/natter.js" data-room="${room}" ${attributes}></script>`;
}
