import { expect } from 'chai';
import type { Browser, Page } from 'puppeteer-core';
import { eventually } from '../../support/eventually.ts';
import { launchFirefox } from '../../support/firefox.ts';
import { type HostPage, pastedTag, serveHostPage } from '../../support/host-page.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';

describe('tabs in Firefox, which hides all but the one in front', () => {
  let relay: RelayProcess;
  let host: HostPage;
  let browser: Browser;

  before(async () => {
    relay = await startRelayProcess();
    host = await serveHostPage(pastedTag(relay.url, 'lobby'));
    browser = await launchFirefox();
  });
  after(async () => {
    await browser?.close();
    await host?.close();
    await relay?.stop();
  });

  it('[TAB-1] [TAB-3] [TAB-4] are one member, led by the tab in front; another goes on when it is closed', async () => {
    const first = await openChat(browser, host.url);
    await say(first, 'one');
    const second = await openChat(browser, host.url);
    await eventually(async () => expect(await texts(second)).to.deep.equal(['one']));
    await say(second, 'two');
    await eventually(async () => expect(await leads(second)).to.equal(true), 5_000);
    await first.bringToFront();
    expect(await second.evaluate(() => document.visibilityState)).to.equal('hidden');
    await eventually(async () => expect(await leads(first)).to.equal(true), 5_000);
    await eventually(async () => expect(await texts(first)).to.deep.equal(['one', 'two']));
    await first.close();
    await eventually(async () => expect(await leads(second)).to.equal(true), 2_000);
    await say(second, 'three');
    await eventually(async () => expect(await texts(second)).to.deep.equal(['one', 'two', 'three']));
    expect(await second.evaluate(online)).to.equal('1 online');
  });
});

async function openChat(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForSelector('natter-chat');
  await page.evaluate(() => {
    const chat = document.querySelector('natter-chat');
    chat?.setUser({ name: 'Ada' });
    chat?.open();
  });
  await eventually(async () => expect(await page.evaluate(online)).to.equal('1 online'), 10_000);
  return page;
}

function say(page: Page, text: string): Promise<void> {
  return page.evaluate((words) => document.querySelector('natter-chat')?.send(words), text);
}

function texts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const rows = document.querySelector('natter-chat')?.shadowRoot?.querySelectorAll('[data-key] .text') ?? [];
    return [...rows].map((row) => row.textContent ?? '');
  });
}

function online(): string | undefined {
  const line = document.querySelector('natter-chat')?.shadowRoot?.querySelector('.presence')?.textContent;
  return line?.match(/\d+ online/)?.[0];
}

/** Whether this tab holds the room's lock. */
function leads(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query();
    const leader = held.find(({ name }) => name?.endsWith('/lobby'));
    const probe = `probe-${crypto.randomUUID()}`;
    return navigator.locks.request(probe, async () => {
      const now = await navigator.locks.query();
      return now.held?.find(({ name }) => name === probe)?.clientId === leader?.clientId;
    });
  });
}
