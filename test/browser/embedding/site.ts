import type { Browser, Locator, Page, WebSocket } from 'playwright-core';
import type { Natter } from '../../../widget/index.ts';
import { launchChromium, openPage } from '../../support/chromium.ts';
import { type HostPage, pastedTag, serveHostPage } from '../../support/host-page.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';

/** The page's own world, for functions that run in it. */
export type PageWindow = typeof globalThis & { readonly Natter: Natter; heard: string[] };

export interface Visit {
  readonly page: Page;
  readonly host: HostPage;
  /** Addresses asked for since the page was opened, sockets too, the page itself not. */
  readonly requests: readonly string[];
  /** Uncaught errors, and what a policy refused. */
  readonly errors: readonly string[];
  readonly launcher: Locator;
  /** WebSockets that are open now. */
  sockets(): number;
}

/** A relay and a browser, and pages on origins of their own that embed the widget. */
export class Site {
  readonly relay: RelayProcess;
  readonly #browser: Browser;
  readonly #hosts: HostPage[] = [];

  private constructor(relay: RelayProcess, browser: Browser) {
    this.relay = relay;
    this.#browser = browser;
  }

  static async open(): Promise<Site> {
    const [relay, browser] = await Promise.all([startRelayProcess(), launchChromium()]);
    return new Site(relay, browser);
  }

  tag(attributes = '', room = 'lobby'): string {
    return pastedTag(this.relay.url, room, attributes);
  }

  /**
   * Opens a page that holds `html`, on another origin than the relay's.
   * @param before runs in the page before anything else
   */
  async visit(html: string, headers: Readonly<Record<string, string>> = {}, before?: () => void): Promise<Visit> {
    const host = await serveHostPage(html, headers);
    this.#hosts.push(host);
    const page = await openPage(this.#browser);
    const requests: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => request.url() !== host.url && requests.push(request.url()));
    const sockets = new Set<WebSocket>();
    page.on('websocket', (socket) => {
      requests.push(socket.url());
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
    if (before) await page.addInitScript(before);
    await page.goto(host.url, { waitUntil: 'load' });
    const launcher = page.locator('natter-chat [part~=launcher]');
    return { page, host, requests, errors, launcher, sockets: () => sockets.size };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await Promise.all(this.#hosts.map((host) => host.close()));
    await this.relay.stop();
  }
}

/** Enters the room of an open panel. */
export async function enter(page: Page, name: string): Promise<Locator> {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Your name').press('Enter');
  const field = page.getByLabel('Message', { exact: true });
  await field.waitFor();
  return field;
}
