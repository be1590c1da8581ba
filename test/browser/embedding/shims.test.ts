import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, openPage } from '../../support/chromium.ts';
import { type HostPage, serveHostPage } from '../../support/host-page.ts';
import { runInPage } from '../../support/page-bundle.ts';
import type { PeersReport } from './peers.page.ts';

/** The page's functions (peers.page.ts), as the test calls them. */
type PeersWindow = typeof globalThis & {
  runPeers(): Promise<PeersReport>;
  peerErrors(): Promise<readonly string[]>;
};

describe('simple-peer on its shims', () => {
  let browser: Browser;
  let host: HostPage;
  let page: Page;

  before(async () => {
    browser = await launchChromium();
    host = await serveHostPage('');
    page = await openPage(browser);
    await page.goto(host.url);
    await runInPage(page, './test/browser/embedding/peers.page.ts');
  });

  after(async () => {
    await browser?.close();
    await host?.close();
  });

  it('[SHIM-1] connects, carries text as text, bytes as bytes and 5 MB in chunks, and closes on both sides', async () => {
    const report = await page.evaluate(() => (globalThis as PeersWindow).runPeers());
    expect(report.received).to.deep.equal(['string grüße 👋', 'Uint8Array 1,2,3']);
    expect(report.bytes).to.equal(80 * 64 * 1024);
    expect(report.ended).to.include.members(['a end', 'a close', 'b end', 'b close']);
    expect(report.ended.indexOf('a close')).to.be.lessThan(report.ended.indexOf('b close'));
  });

  it('[SHIM-2] gives errors the codes that simple-peer documents', async () => {
    const codes = await page.evaluate(() => (globalThis as PeersWindow).peerErrors());
    expect(codes).to.deep.equal(['ERR_SIGNALING', 'ERR_DESTROYED']);
  });
});
