import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { launchChromium, openPage } from '../../support/chromium.ts';
import { type HostPage, pastedTag, serveHostPage } from '../../support/host-page.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';

describe('a network that fails between two files of the widget', () => {
  let relay: RelayProcess;
  let host: HostPage;
  let browser: Browser;

  before(async () => {
    relay = await startRelayProcess([]);
    host = await serveHostPage(pastedTag(relay.url, 'lobby'));
    browser = await launchChromium();
  });

  after(async () => {
    await browser.close();
    await host.close();
    await relay.stop();
  });

  it('[EMB-20] costs time and no reload: what a visitor needs is asked for again', async () => {
    const page = await openPage(browser);
    let failures = 0;
    // What the panel itself consists of is another matter: there the launcher says Retry.
    await page.route(/\/lead-room-[^/]*\.js$/, async (route) => {
      failures += 1;
      if (failures > 2) return route.continue();
      await route.abort('internetdisconnected');
    });
    await page.goto(host.url);
    await page.getByRole('button', { name: 'Open chat' }).click();
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('Your name').press('Enter');
    await page.getByLabel('Message', { exact: true }).waitFor();
    expect(failures).to.be.greaterThan(2);
  });
});
