import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { createRelay } from '../server/index.ts';

/**
 * How long two visitors of a room take from entering to Direct: one stays, the other comes anew each time, each in a
 * Chromium process of its own with a fresh profile. `npm run bench:links [-- <runs>]`
 */
const RUNS = Number(process.argv[2] ?? 30);
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-background-timer-throttling'],
  ...['--disable-features=WebRtcHideLocalIpsWithMdns', '--allow-loopback-in-peer-connection'],
];

const relay = createRelay({ port: 0, log: 'silent' });
const { url } = await relay.listen();
const host = createServer((_request, response) => {
  const page = `<!doctype html><meta charset="utf-8"><title>Bench</title><script async src="${url}/v1/natter.js" data-room="bench"></script>`;
  response.writeHead(200, { 'content-type': 'text/html' }).end(page);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => host.once('listening', resolve));
const { port } = host.address() as AddressInfo;
const browsers = await Promise.all([launch(), launch()]);
const [stays, comes] = browsers;

await enter(stays, 'Stays', false);
const times: number[] = [];
for (let run = 0; run < RUNS; run += 1) times.push(await enter(comes, `Visitor ${run}`, true));

const sorted = times.toSorted((a, b) => a - b);
const at = (share: number) =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
console.log(`entering to Direct, ${RUNS} runs, ms: p50 ${at(0.5)}, p95 ${at(0.95)}, most ${at(1)}`);
console.log(`all: ${times.map((ms) => Math.round(ms)).join(' ')}`);

await Promise.all(browsers.map((browser) => browser.close()));
await relay.close();
host.close();

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });
}

/** Enters and, where asked, waits for Direct and leaves again; gives the ms from the name to Direct. */
async function enter(browser: Browser, name: string, measured: boolean): Promise<number> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.getByRole('button', { name: 'Open chat' }).click();
  await page.getByLabel('Your name').waitFor();
  const ms = await page.evaluate(
    ([who, wait]) =>
      new Promise<number>((resolve) => {
        const begun = performance.now();
        document.addEventListener('natter:connection', (event) => {
          const { path } = (event as CustomEvent<{ path: string }>).detail;
          if (path === 'direct' || (!wait && path === 'waiting')) resolve(performance.now() - begun);
        });
        (globalThis as unknown as { Natter: { setUser(user: { name: string }): void } }).Natter.setUser({
          name: String(who),
        });
      }),
    [name, measured] as const,
  );
  if (!measured) return ms;
  await page.evaluate(() => (globalThis as unknown as { Natter: { leave(): void } }).Natter.leave());
  await context.close();
  return ms;
}
