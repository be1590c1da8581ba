import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const PUBLIC = new URL('../../../dist/public/', import.meta.url);

/** Gives out a page and the built widget, and is nothing else: no relay, no socket. It can be closed and come back. */
export class FileServer {
  readonly #html: string;
  #server: Server | undefined;
  #port = 0;
  /** Paths that were asked for. */
  readonly asked: string[] = [];

  private constructor(html: string) {
    this.#html = html;
  }

  /** @param attributes of the tag besides the room's */
  static async open(room: string, attributes = ''): Promise<FileServer> {
    const tag = `<script async src="/v1/natter.js" data-relay="none" data-room="${room}" ${attributes}></script>`;
    const page = new FileServer(
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title><body><h1>A page</h1>${tag}</body></html>`,
    );
    await page.open();
    return page;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async open(): Promise<void> {
    this.#server = createServer((request, response) => {
      const path = (request.url ?? '/').replace(/[?#].*/, '');
      this.asked.push(path);
      if (path === '/') {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(this.#html);
        return;
      }
      readFile(new URL(`.${path}`, PUBLIC)).then(
        (file) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(file),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => this.#server?.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
