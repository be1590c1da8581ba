import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createRelay, type RelayOptions } from '../server/index.ts';
import { NO_LIMITS } from '../server/settings-limits.ts';

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-background-timer-throttling'],
  ...['--disable-features=WebRtcHideLocalIpsWithMdns', '--allow-loopback-in-peer-connection'],
];

/** A relay and a page that embeds its widget; the query string `p2p=off` keeps a visitor from opening links. */
export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveSite(options: RelayOptions = {}): Promise<Site> {
  const relay = createRelay({ port: 0, log: 'silent', ...NO_LIMITS, ...options });
  const { url } = await relay.listen();
  const host = createServer((request, response) => {
    const p2p = request.url?.includes('p2p=off') ? 'off' : 'auto';
    const tag = `<script async src="${url}/v1/natter.js" data-room="bench" data-p2p="${p2p}"></script>`;
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<!doctype html><meta charset="utf-8"><title>Bench</title>${tag}`);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => host.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(host.address() as AddressInfo).port}/`,
    async close() {
      host.close();
      await relay.close();
    },
  };
}

/** A Chromium process of its own with a fresh profile. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });
}

/** Opens a page and enters; resolves to the ms from the name to this path, or to being there at all. */
export async function enter(
  browser: Browser,
  url: string,
  name: string,
  path: 'direct' | 'relayed' | 'waiting',
): Promise<{ readonly page: Page; readonly ms: number }> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('button', { name: 'Open chat' }).click();
  await page.getByLabel('Your name').waitFor();
  const ms = await page.evaluate(
    ([who, awaited]) =>
      new Promise<number>((resolve) => {
        const begun = performance.now();
        document.addEventListener('natter:connection', (event) => {
          if ((event as CustomEvent<{ path: string }>).detail.path === awaited) resolve(performance.now() - begun);
        });
        const { Natter } = globalThis as unknown as { Natter: { setUser(user: { name: string }): void } };
        Natter.setUser({ name: who });
      }),
    [name, path] as const,
  );
  return { page, ms };
}

/** Says goodbye, so that the room knows at once. */
export async function leave(page: Page): Promise<void> {
  await page.evaluate(() => (globalThis as unknown as { Natter: { leave(): void } }).Natter.leave());
  await page.context().close();
}

/** The value below which this share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
